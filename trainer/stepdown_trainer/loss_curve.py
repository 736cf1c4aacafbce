"""The loss curve of a run: points within epochs, and one at the end of each."""

from __future__ import annotations

from typing import Any


def add_point(
    state: dict[str, Any],
    sums: str,
    epoch: float,
    validation_loss: float | None = None,
    validation_score: float | None = None,
) -> None:
    """
    Adds the mean answer loss (nats) since the last point that used `sums` to `state["curve"]`, and starts it anew.
    `sums` names [summed loss, answer tokens] in the state: `pointLoss` or `epochLoss`.
    """
    total, answers = state[sums]
    state["curve"].append(
        {
            "step": state["step"],
            "epoch": epoch,
            "trainLoss": total / answers if answers else None,
            "validationLoss": validation_loss,
            "validationScore": validation_score,
        }
    )
    state[sums] = [0.0, 0]
