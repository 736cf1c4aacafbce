"""A LoRA adapter as PEFT saves it: pairs of matrices with their scale, read without torch."""

from __future__ import annotations

import json
import math
import re
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ..protocol import TrainerError
from .safetensors_folder import StoredTensor, read_header

CONFIG, WEIGHTS = "adapter_config.json", "adapter_model.safetensors"
PREFIX = "base_model.model."


@dataclass(frozen=True)
class LoraPair:
    """The change of one module's weight [out, in]: scale · B [out, rank] · A [rank, in]."""

    module: str
    a: StoredTensor
    b: StoredTensor
    scale: float

    @property
    def rank(self) -> int:
        return self.a.shape[0]

    def delta(self) -> np.ndarray:
        return (self.scale * self.b.read()) @ self.a.read()


@dataclass(frozen=True)
class PeftAdapter:
    alpha: float
    pairs: tuple[LoraPair, ...]


def is_adapter(folder: str | Path) -> bool:
    return (Path(folder) / CONFIG).is_file()


def read_adapter(folder: str | Path) -> PeftAdapter:
    """Raises `adapter-unsupported` for what GGUF adapters cannot express, `adapter-invalid` for broken files."""
    folder = Path(folder)
    try:
        config = json.loads((folder / CONFIG).read_text())
        alpha, rslora = float(config["lora_alpha"]), bool(config.get("use_rslora"))
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise invalid(folder, f"{CONFIG} cannot be read ({error})") from error
    refuse_unsupported(folder, config)

    halves: dict[str, dict[str, StoredTensor]] = {}
    for name, tensor in read_header(folder / WEIGHTS).items():
        match = re.fullmatch(r"(.+)\.lora_([AB])\.weight", name)
        if match is None or len(tensor.shape) != 2:
            raise unsupported(folder, f"it holds {name}, which is not a LoRA matrix")
        halves.setdefault(match[1].removeprefix(PREFIX), {})[match[2]] = tensor
    pairs = []
    for module, half in halves.items():
        if set(half) != {"A", "B"} or half["A"].shape[0] != half["B"].shape[1]:
            raise invalid(folder, f"the matrices of {module} do not belong together")
        rank = half["A"].shape[0]
        own_alpha = pattern_value(config.get("alpha_pattern"), module, alpha)
        pairs.append(
            LoraPair(module, half["A"], half["B"], own_alpha / (math.sqrt(rank) if rslora else rank))
        )
    if not pairs:
        raise invalid(folder, "it holds no LoRA matrices")
    return PeftAdapter(alpha, tuple(pairs))


def refuse_unsupported(folder: Path, config: dict) -> None:
    if config.get("peft_type") != "LORA":
        raise unsupported(folder, f"its type is {config.get('peft_type')}")
    if config.get("use_dora"):
        raise unsupported(folder, "it uses DoRA")
    if config.get("bias", "none") != "none":
        raise unsupported(folder, "it trains biases")
    if config.get("fan_in_fan_out"):
        raise unsupported(folder, "its matrices are transposed (fan_in_fan_out)")


def pattern_value(patterns: dict[str, float] | None, module: str, default: float) -> float:
    """The value whose pattern ends the module's name, the way PEFT matches them."""
    for pattern, value in (patterns or {}).items():
        if re.match(rf"(.*\.)?({pattern})$", module):
            return float(value)
    return default


def invalid(folder: Path, reason: str) -> TrainerError:
    return TrainerError(
        "data", "adapter-invalid", f"{folder} is not a usable PEFT adapter: {reason}", "Train the adapter again."
    )


def unsupported(folder: Path, reason: str) -> TrainerError:
    return TrainerError(
        "data",
        "adapter-unsupported",
        f"{folder} cannot be expressed in GGUF: {reason}",
        "Train a plain LoRA adapter on linear layers.",
    )
