"""When training stops before its last epoch."""

from __future__ import annotations

from typing import Any


def watch_progress(
    state: dict[str, Any], better: bool, loss: float | None, patience: int | None, total_steps: int
) -> None:
    """
    Counts the epochs in which neither score nor loss of the validation rows improved, and says in the state whether
    they are as many as `patience`; null never stops. A score of few rows stands still by chance while the loss says
    that there is more to learn.

    `better`: the epoch beats the best one so far, see `is_better`.
    """
    lowest = state["lowestValidationLoss"]
    falling = loss is not None and (lowest is None or loss < lowest)
    if falling:
        state["lowestValidationLoss"] = loss
    state["worseEpochs"] = 0 if better or falling else state["worseEpochs"] + 1
    state["stoppedEarly"] = (
        patience is not None and state["worseEpochs"] >= patience and state["step"] < total_steps
    )
