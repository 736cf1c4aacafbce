"""A training whose numbers have run away: it stops while the last good checkpoint is still there."""

from __future__ import annotations

import math

from .protocol import TrainerError


def require_finite(value: float, what: str, step: int) -> None:
    """@raises TrainerError `training-diverged`; `what` names the value, `step` counts from 1."""
    if math.isfinite(value):
        return
    raise TrainerError(
        "data",
        "training-diverged",
        f"The {what} is no number any more at step {step}",
        "Lower train.learningRate in stepdown.yaml, a third of it is a good next try.",
    )
