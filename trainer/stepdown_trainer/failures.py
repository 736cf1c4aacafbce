"""Recognises failures that the machine causes, so that the user reads what to change."""

from __future__ import annotations

import errno

import torch

from .protocol import TrainerError


def known_failure(error: BaseException) -> TrainerError | None:
    """The error to show instead; null where the failure is a bug."""
    text = str(error).lower()
    if (
        isinstance(error, (MemoryError, torch.OutOfMemoryError))
        or "not enough memory" in text
        or "out of memory" in text
        or "can't allocate memory" in text
        or "cannot allocate memory" in text
    ):
        return TrainerError(
            "prerequisite",
            "out-of-memory",
            "The model and its batch do not fit in memory",
            "Lower train.batchSize or train.maxLengthTokens, set train.method to lora or qlora, "
            "or choose a smaller base model.",
        )
    if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
        return TrainerError(
            "prerequisite",
            "disk-full",
            f"No space left while writing {error.filename or 'a checkpoint'}",
            "Free disk space and run the same command again: it continues.",
        )
    if "no space left on device" in text:
        return TrainerError(
            "prerequisite",
            "disk-full",
            "No space left while writing a checkpoint",
            "Free disk space and run the same command again: it continues.",
        )
    return None
