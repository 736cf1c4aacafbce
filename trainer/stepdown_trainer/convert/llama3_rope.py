"""Llama 3's stretched rotary embedding: GGUF stores the result per frequency, Hugging Face the rule.

See https://github.com/meta-llama/llama-models/blob/main/models/llama3/model.py, apply_scaling.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from ..protocol import TrainerError

LOW, HIGH, ORIGINAL_CONTEXT = 1.0, 4.0, 8192


def llama3_rope_parameters(factors: np.ndarray, rope: dict[str, Any]) -> dict[str, Any]:
    """The rule that gives `factors`, the numbers each frequency is divided by. Raises `architecture-unsupported`."""
    factor = float(factors.max())
    expected = scaling(len(factors) * 2, float(rope["rope_theta"]), factor)
    if not np.allclose(factors, expected, rtol=1e-3):
        raise TrainerError(
            "data",
            "architecture-unsupported",
            "The rotary embedding of this GGUF does not follow Llama 3's rule",
            "Choose the model's safetensors weights instead: `stepdown models list` shows references.",
        )
    return {
        **rope,
        "rope_type": "llama3",
        "factor": factor,
        "low_freq_factor": LOW,
        "high_freq_factor": HIGH,
        "original_max_position_embeddings": ORIGINAL_CONTEXT,
    }


def scaling(dimensions: int, theta: float, factor: float) -> np.ndarray:
    """By how much each of dimensions / 2 frequencies is slowed: 1 for short waves, `factor` for long ones."""
    wavelengths = 2 * math.pi * theta ** (np.arange(0, dimensions, 2) / dimensions)
    turns = ORIGINAL_CONTEXT / wavelengths
    smooth = np.clip((turns - LOW) / (HIGH - LOW), 0.0, 1.0)
    return 1 / ((1 - smooth) / factor + smooth)
