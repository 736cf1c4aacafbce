"""Which rows a step takes: a pure function of the rows, the seed and the step, so resuming needs no state."""

from __future__ import annotations

import hashlib
import math
from typing import Sequence

from .rows import TokenRow


def epoch_order(rows: Sequence[TokenRow], seed: int, epoch: int) -> list[int]:
    """Row indices in the order of an epoch (from 0), shuffled by hash: equal on every machine and version."""

    def key(index: int) -> bytes:
        return hashlib.sha256(f"{seed}\0{epoch}\0{rows[index].id}\0{index}".encode()).digest()

    return sorted(range(len(rows)), key=key)


def steps_per_epoch(rows: int, batch_size: int) -> int:
    return math.ceil(rows / batch_size)


def batch_indices(order: Sequence[int], batch_size: int, step_in_epoch: int) -> list[int]:
    """The rows of one step. Batches of an epoch differ by at most one row, so no step is a tiny remainder."""
    steps = steps_per_epoch(len(order), batch_size)
    return list(order[len(order) * step_in_epoch // steps : len(order) * (step_in_epoch + 1) // steps])


def split_by_tokens(rows: Sequence[TokenRow], indices: Sequence[int], limit: int) -> list[list[int]]:
    """Cuts a batch into parts of at most `limit` tokens (a single longer row stands alone)."""
    parts: list[list[int]] = []
    used = 0
    for index in indices:
        length = len(rows[index].tokens)
        if not parts or used + length > limit:
            parts.append([])
            used = 0
        parts[-1].append(index)
        used += length
    return parts
