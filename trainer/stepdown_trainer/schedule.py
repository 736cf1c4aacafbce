"""Learning rate by step: linear warm-up, then half a cosine down to zero."""

from __future__ import annotations

import math


def learning_rate(step: int, total_steps: int, warmup_share: float, peak: float) -> float:
    """
    Rate of step `step`, counted from 0. The first step is not wasted on a rate of 0.
    See Loshchilov & Hutter 2017, SGDR, section 3, without restarts.
    """
    warmup = math.ceil(total_steps * warmup_share)
    if step < warmup:
        return peak * (step + 1) / warmup
    remaining = max(1, total_steps - warmup)
    return peak * 0.5 * (1 + math.cos(math.pi * (step - warmup) / remaining))
