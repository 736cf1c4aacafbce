"""PEFT LoRA adapter to a GGUF adapter that llama.cpp applies on the base."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from gguf import GGUFType, GGUFWriter, Keys, LlamaFileType

from .atomic_output import atomic_output
from .base_weights import BaseWeights
from .peft_adapter import read_adapter

FLOAT16_MAX = 65504.0


def adapter_to_gguf(base_dir: str, adapter_dir: str, base_gguf: str, output_file: str) -> dict[str, Any]:
    """Writes `<tensor>.lora_a` [rank, in] and `<tensor>.lora_b` [out, rank] for every trained module.

    llama.cpp applies alpha / rank; where PEFT's scale differs from that, B carries the difference.
    """
    adapter = read_adapter(adapter_dir)
    base = BaseWeights(base_dir, base_gguf)
    with atomic_output(output_file) as part:
        writer = GGUFWriter(part, base.gguf.architecture)
        writer.add_type(GGUFType.ADAPTER)
        writer.add_name(f"{base.gguf.value('general.name') or Path(base_gguf).stem} adapter")
        writer.add_string(Keys.Adapter.TYPE, "lora")
        writer.add_float32(Keys.Adapter.LORA_ALPHA, adapter.alpha)
        writer.add_file_type(LlamaFileType.MOSTLY_F16)
        for pair in adapter.pairs:
            name = base.place(f"{pair.module}.weight")
            carried = pair.scale * pair.rank / adapter.alpha
            writer.add_tensor(f"{name}.lora_a", compact(pair.a.read()))
            writer.add_tensor(f"{name}.lora_b", compact(base.layout(name)(pair.b.read()) * np.float32(carried)))
        writer.write_header_to_file()
        writer.write_kv_data_to_file()
        writer.write_tensors_to_file()
        writer.close()
    return {"tensors": 2 * len(adapter.pairs), "sizeBytes": Path(output_file).stat().st_size}


def compact(matrix: np.ndarray) -> np.ndarray:
    """float16 where it reaches, float32 otherwise."""
    fits = float(np.abs(matrix).max(initial=0.0)) <= FLOAT16_MAX
    return np.ascontiguousarray(matrix, dtype=np.float16 if fits else np.float32)
