"""GGUF, in any quantisation, to a Hugging Face folder with float weights, config, tokenizer and chat template.

Config, tokenizer and the order of tensors come from transformers' own GGUF support; the weights are streamed one
tensor at a time instead of being loaded as a model, so memory stays bounded and nothing is rounded: float16
stays float16, and dequantised values are stored in float32, which is what they are computed in.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from gguf import GGMLQuantizationType

from ..protocol import TrainerError
from .atomic_output import atomic_output, sync
from .gguf_config import complete_config, unsupported
from .gguf_model import GgufModel
from .safetensors_folder import write_file

STORED_AS = {GGMLQuantizationType.F16: "F16", GGMLQuantizationType.BF16: "BF16"}

#: Architectures whose tensors correspond one to one; mixtures of experts do not.
SUPPORTED = ("llama", "mistral", "qwen2", "qwen3", "gemma2", "gemma3", "phi3", "smollm3")


def gguf_to_hf(gguf_file: str, output_dir: str) -> dict[str, Any]:
    """Raises `gguf-invalid`, `architecture-unsupported`, `disk-full`."""
    source = GgufModel(gguf_file)
    refuse_unsupported(source)

    import torch
    from transformers import AutoConfig, AutoModelForCausalLM, AutoTokenizer

    place = {"pretrained_model_name_or_path": str(source.path.parent), "gguf_file": source.path.name}
    config = AutoConfig.from_pretrained(**place)
    tokenizer = AutoTokenizer.from_pretrained(**place)
    # With these left, transformers takes the folder for a quantised model and refuses to save or train it.
    for leftover in ("quantization_config", "gguf_file"):
        if hasattr(config, leftover):
            delattr(config, leftover)
    complete_config(config, source)
    config.dtype = torch.float32
    with torch.device("meta"):
        model = AutoModelForCausalLM.from_config(config)
    config.architectures = [type(model).__name__]

    with atomic_output(output_dir) as part:
        part.mkdir()
        config.save_pretrained(part)
        model.generation_config.save_pretrained(part)
        tokenizer.save_pretrained(part)
        tensors = write_weights(source, model, config, part / "model.safetensors")
        for file in part.iterdir():
            sync(file)
    return {"tensors": tensors, "architecture": config.architectures[0]}


def write_weights(source: GgufModel, model: Any, config: Any, path: Path) -> int:
    from transformers.modeling_gguf_pytorch_utils import (
        TENSOR_PROCESSORS,
        TensorProcessor,
        get_gguf_hf_weights_map,
    )

    processor = TENSOR_PROCESSORS.get(source.architecture, TensorProcessor)(config=config.to_dict())
    gguf_names = {hf: gguf for gguf, hf in get_gguf_hf_weights_map(model, processor).items()}
    shapes = {name: tuple(tensor.shape) for name, tensor in model.state_dict().items()}
    if config.tie_word_embeddings:
        shapes.pop("lm_head.weight", None)
    missing = [name for name in shapes if gguf_names.get(name) not in source.tensors]
    if missing:
        raise TrainerError(
            "data",
            "gguf-invalid",
            f"{source.path} has no weights for {', '.join(missing[:3])}",
            "Fetch the model again, or choose another file of it.",
        )

    def values(name: str) -> np.ndarray:
        gguf_name = gguf_names[name]
        return processor.process(source.weights(gguf_name), gguf_name).weights

    stored_as = {
        name: STORED_AS.get(source.tensors[gguf_names[name]].tensor_type, "F32") for name in shapes
    }
    write_file(path, [(name, stored_as[name], shape) for name, shape in shapes.items()], values)
    return len(shapes)


def refuse_unsupported(source: GgufModel) -> None:
    if source.architecture not in SUPPORTED:
        raise unsupported(source, f"architecture {source.architecture!r}; {', '.join(SUPPORTED)} can be")
    if any(name.endswith("_exps.weight") for name in source.tensors):
        raise unsupported(source, "a mixture of experts")
    if any(name.startswith("rope_factors_") for name in source.tensors):
        raise unsupported(source, "rotary embeddings that are stretched by the rule LongRoPE")
