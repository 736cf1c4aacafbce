"""Leaves out a share of a row's input tokens, so that few rows are not learned by heart."""

from __future__ import annotations

import random
from dataclasses import replace

from .rows import TokenRow


def without_some_input(row: TokenRow, share: float, seed: int, step: int) -> TokenRow:
    """
    The row with each token of its input left out with probability `share`; at least one of them stays, and so
    do all tokens of template and answer. Seed, step and row decide alone: a continued run leaves out the same.
    Word dropout as in Iyyer et al. 2015, "Deep Unordered Composition Rivals Syntactic Methods", section 3.2.
    """
    start, stop = row.input_tokens
    if share == 0 or start == stop:
        return row
    chance = random.Random(f"{seed}\0{step}\0{row.id}")
    kept = [position for position in range(start, stop) if chance.random() >= share]
    if not kept:
        kept = [chance.randrange(start, stop)]
    tokens = (*row.tokens[:start], *(row.tokens[position] for position in kept), *row.tokens[stop:])
    left_out = stop - start - len(kept)
    return replace(
        row,
        tokens=tokens,
        prompt_length=row.prompt_length - left_out,
        input_tokens=(start, stop - left_out),
    )
