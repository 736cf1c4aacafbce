"""The score that a trained classifier is judged by, measured while it trains: labels chosen right."""

from __future__ import annotations

from typing import Any, Sequence

import torch

from .label_scores import best_labels
from .label_trie import LabelTrie, build_trie
from .rows import TokenRow

ROWS_PER_PASS = 32
MOST_ROWS = 400
"""Rows scored at most: the standard error is below 0.025 then, and an epoch's end stays short."""


class ValidationScore:
    """Share of validation rows, 0..1, whose likeliest label under label-constrained decoding is right."""

    def __init__(self, rows: Sequence[TokenRow], answers: Sequence[int], trie: LabelTrie):
        self._rows = rows
        self._answers = answers
        self._trie = trie

    @torch.no_grad()
    def of(self, model: Any, device: torch.device) -> float:
        right = 0
        for start in range(0, len(self._rows), ROWS_PER_PASS):
            prompts = [row.tokens[: row.prompt_length] for row in self._rows[start : start + ROWS_PER_PASS]]
            best = best_labels(model, prompts, self._trie, device)
            right += sum(
                label == answer
                for (label, _), answer in zip(best, self._answers[start : start + ROWS_PER_PASS], strict=True)
            )
        return right / len(self._rows)


def validation_score(
    rows: Sequence[TokenRow], labels: Sequence[Sequence[int]], end_of_turn: Sequence[int]
) -> ValidationScore | None:
    """Null without rows or labels, where labels share their tokens, or where an answer is no label."""
    if not rows or len({tuple(label) for label in labels}) < max(1, len(labels)):
        return None
    trie = build_trie(labels, end_of_turn)
    place = {sequence: index for index, sequence in enumerate(trie.sequences)}
    # Evenly spread over the split; sorted by tokens, rows of a pass share the most.
    step = max(1, -(-len(rows) // MOST_ROWS))
    chosen = sorted(rows[::step], key=lambda row: row.tokens)
    answers = [place.get(row.tokens[row.prompt_length :]) for row in chosen]
    if any(answer is None for answer in answers):
        return None
    return ValidationScore(chosen, [answer for answer in answers if answer is not None], trie)


def is_better(
    loss: float | None, score: float | None, best_loss: float | None, best_score: float | None
) -> bool:
    """
    Whether an epoch beats the best one so far. The score counts first: the loss rises again while more
    labels are right, because the few wrong answers grow confident. Without validation rows the last wins.
    """
    if loss is None or best_loss is None:
        return True
    if score is not None and best_score is not None and score != best_score:
        return score > best_score
    return loss < best_loss
