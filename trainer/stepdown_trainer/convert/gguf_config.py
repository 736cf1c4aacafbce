"""What transformers leaves at a default in the config that it makes of a GGUF file, although the file decides it."""

from __future__ import annotations

from typing import Any

from ..protocol import TrainerError
from .gguf_model import GgufModel
from .llama3_rope import llama3_rope_parameters


def complete_config(config: Any, source: GgufModel) -> None:
    """Sets width of the heads, scale of the attention and stretching of the rotary embedding. Raises `architecture-unsupported`."""
    architecture = source.architecture
    width = source.value(f"{architecture}.attention.key_length")
    if width is not None and hasattr(config, "head_dim"):
        config.head_dim = int(width)
    if architecture == "gemma3":
        # As llama.cpp computes it; the largest Gemma 3, of 62 layers, divides by another number.
        config.query_pre_attn_scalar = (
            config.hidden_size // config.num_attention_heads if source.layers == 62 else config.head_dim
        )
    if "rope_freqs.weight" in source.tensors:
        config.rope_parameters = llama3_rope_parameters(
            source.weights("rope_freqs.weight"), dict(config.rope_parameters)
        )
    stretch_evenly(config, source)


def stretch_evenly(config: Any, source: GgufModel) -> None:
    kind = source.value(f"{source.architecture}.rope.scaling.type")
    if kind in (None, "none"):
        return
    factor = source.value(f"{source.architecture}.rope.scaling.factor")
    if kind != "linear" or factor is None:
        raise unsupported(source, f"rotary embeddings that are stretched by the rule {kind!r}")
    linear = {"rope_type": "linear", "factor": float(factor)}
    if source.architecture == "gemma3":
        # Layers with a window keep the plain embedding.
        rope = config.rope_parameters
        config.rope_parameters = {**rope, "full_attention": {**rope["full_attention"], **linear}}
    else:
        config.rope_parameters = {**config.rope_parameters, **linear}


def unsupported(source: GgufModel, reason: str) -> TrainerError:
    return TrainerError(
        "data",
        "architecture-unsupported",
        f"{source.path}: cannot be trained from GGUF ({reason})",
        "Choose the model's safetensors weights instead: `stepdown models list` shows references.",
    )
