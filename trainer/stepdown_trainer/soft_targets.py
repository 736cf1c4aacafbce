"""Rows whose target is a distribution over answers: what the data says, mixed with what a teacher found probable."""

from __future__ import annotations

from dataclasses import replace

from .rows import TokenRow


def weighted_answers(row: TokenRow, share: float) -> list[TokenRow]:
    """
    One row for every answer, weighted by its share of the target: `1 - share` for the row's own answer, and `share`
    divided by the teacher's probabilities. The weighted sum of their losses is the cross-entropy against that
    distribution, for whole answers instead of tokens, so the teacher's tokenizer does not matter.
    Hinton et al. 2015, "Distilling the Knowledge in a Neural Network", section 2; Kim & Rush 2016, "Sequence-Level
    Knowledge Distillation", section 3.
    """
    if share == 0 or not row.teacher:
        return [row]
    own = row.tokens[row.prompt_length :]
    weights = {own: 1 - share}
    for answer, probability in row.teacher:
        weights[answer] = weights.get(answer, 0.0) + share * probability
    prompt = row.tokens[: row.prompt_length]
    return [
        # The row's own answer keeps the id; the cache of the frozen layers tells the others apart by theirs.
        replace(
            row,
            id=row.id if answer == own else f"{row.id}\0{place}",
            tokens=prompt + answer,
            weight=weight,
            teacher=(),
        )
        for place, (answer, weight) in enumerate(weights.items())
        if weight > 0
    ]
