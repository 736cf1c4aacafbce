"""What a finished training reports."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from . import hardware, versions

if TYPE_CHECKING:
    from .training import Training


def train_result(training: Training, folder: str) -> dict[str, Any]:
    """The TrainResult; `folder` holds the weights, relative to the output folder."""
    state = training.state
    return {
        "adapterDir": folder,
        "method": training.settings["method"],
        "steps": state["step"],
        "bestEpoch": state["bestEpoch"],
        "bestValidationLoss": state["bestValidationLoss"],
        "bestValidationScore": state["bestValidationScore"],
        "stoppedEarly": state["stoppedEarly"],
        "trainTokens": state["tokens"],
        "answerTokens": state["answerTokens"],
        "tokensPerSecond": state["tokens"] / state["seconds"],
        "seconds": state["seconds"],
        "peakMemoryBytes": hardware.peak_memory_bytes(training.device),
        "device": training.device.type,
        "precision": training.model.precision,
        "trainableParameters": sum(p.numel() for p in training.parameters.values()),
        "parameters": training.model.parameter_count,
        "lossCurve": state["curve"],
        "labelTokens": training.label_tokens,
        "endOfTurnTokens": training.end_tokens,
        "versions": versions.packages(),
        "tooLong": training.too_long,
        "answersTooLong": training.answers_too_long,
    }
