"""A tiny model with random weights for each architecture of the catalogue, as its folder looks on the hub.

What tells the architectures apart is kept: fused projections, norms of queries and keys, sliding windows, stretched
rotary embeddings, shared key heads, tied outputs. config.json is written the way the published ones are.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from tiny_tokenizers import WriteTokenizer
from transformers import AutoConfig, AutoModelForCausalLM, AutoModelForImageTextToText

WIDTH, HEADS, KEY_VALUE_HEADS = 64, 4, 2
SHAPE = {
    "hidden_size": WIDTH,
    "intermediate_size": 96,
    "num_attention_heads": HEADS,
    "num_key_value_heads": KEY_VALUE_HEADS,
    "initializer_range": 0.15,
    "torch_dtype": "float32",
}
LLAMA = {**SHAPE, "model_type": "llama", "num_hidden_layers": 4, "hidden_act": "silu", "rms_norm_eps": 1e-5}
LLAMA3_ROPE = {
    "rope_type": "llama3", "factor": 32.0, "low_freq_factor": 1.0, "high_freq_factor": 4.0,
    "original_max_position_embeddings": 8192,
}  # fmt: skip
#: Half of the width of a head that is rotated, 12 of 16 in Phi-4 mini. Far apart, so that taking the wrong one shows.
SHORT, LONG = [1.0, 1.1, 1.2, 1.3, 1.5, 2.0], [2.0, 3.0, 5.0, 8.0, 13.0, 21.0]
GEMMA = {
    **SHAPE,
    "model_type": "gemma3_text",
    "num_hidden_layers": 6,
    "head_dim": 32,
    "query_pre_attn_scalar": 32,
    "hidden_activation": "gelu_pytorch_tanh",
    "rms_norm_eps": 1e-6,
    "rope_theta": 1_000_000.0,
    "rope_local_base_freq": 10_000.0,
    # Five windowed layers, then one without a window; rows of the tests are longer than the window.
    "sliding_window": 8,
    "sliding_window_pattern": 6,
    "max_position_embeddings": 32768,
}


@dataclass(frozen=True)
class Architecture:
    """`config` is config.json without what the tokenizer decides."""

    name: str
    class_name: str
    config: dict[str, Any]
    #: The class that its published folders name for the tokenizer, which is byte-level or a SentencePiece model.
    tokenizer: str = "PreTrainedTokenizerFast"
    sentencepiece: bool = False
    #: Whether a GGUF file of it can be turned into a folder to train from.
    trainable_from_gguf: bool = True


ARCHITECTURES = {
    architecture.name: architecture
    for architecture in (
        Architecture(
            "smollm2",
            "LlamaForCausalLM",
            {**LLAMA, "rope_theta": 100_000.0, "max_position_embeddings": 8192, "tie_word_embeddings": True},
        ),
        Architecture(
            "llama-3.1",
            "LlamaForCausalLM",
            {
                **LLAMA,
                "rope_theta": 500_000.0,
                "rope_scaling": {**LLAMA3_ROPE, "factor": 8.0},
                "max_position_embeddings": 131072,
                "tie_word_embeddings": False,
            },
        ),
        Architecture(
            "llama-3.2",
            "LlamaForCausalLM",
            {
                **LLAMA,
                "rope_theta": 500_000.0,
                "rope_scaling": LLAMA3_ROPE,
                "head_dim": 16,
                "max_position_embeddings": 131072,
                "tie_word_embeddings": True,
            },
        ),
        Architecture(
            "mistral",
            "MistralForCausalLM",
            {
                **LLAMA,
                "model_type": "mistral",
                "rope_theta": 1_000_000.0,
                "sliding_window": None,
                "max_position_embeddings": 32768,
                "tie_word_embeddings": False,
            },
            tokenizer="LlamaTokenizer",
            sentencepiece=True,
        ),
        Architecture(
            "qwen3",
            "Qwen3ForCausalLM",
            {
                **LLAMA,
                "model_type": "qwen3",
                # Heads are wider than an even share of the hidden size, as in the smallest Qwen3.
                "head_dim": 32,
                "rms_norm_eps": 1e-6,
                "rope_theta": 1_000_000.0,
                "rope_scaling": None,
                "sliding_window": None,
                "use_sliding_window": False,
                "attention_bias": False,
                "max_position_embeddings": 40960,
                "tie_word_embeddings": True,
            },
        ),
        Architecture(
            "phi-4",
            "Phi3ForCausalLM",
            {
                **LLAMA,
                "model_type": "phi3",
                "original_max_position_embeddings": 16384,
                "max_position_embeddings": 16384,
                "rope_theta": 250_000.0,
                "rope_scaling": None,
                "sliding_window": None,
                "tie_word_embeddings": False,
            },
            tokenizer="GPT2Tokenizer",
        ),
        Architecture(
            "phi-4-mini",
            "Phi3ForCausalLM",
            {
                **LLAMA,
                "model_type": "phi3",
                "original_max_position_embeddings": 4096,
                "max_position_embeddings": 131072,
                "partial_rotary_factor": 0.75,
                "rope_theta": 10_000.0,
                "rope_scaling": {"type": "longrope", "short_factor": SHORT, "long_factor": LONG},
                "sliding_window": 262144,
                "tie_word_embeddings": True,
            },
            tokenizer="GPT2Tokenizer",
            trainable_from_gguf=False,
        ),
        Architecture("gemma-3-1b", "Gemma3ForCausalLM", GEMMA, tokenizer="GemmaTokenizer", sentencepiece=True),
        Architecture(
            "gemma-3-4b",
            "Gemma3ForConditionalGeneration",
            {
                "model_type": "gemma3",
                "text_config": {**GEMMA, "rope_scaling": {"rope_type": "linear", "factor": 8.0}},
                "vision_config": {
                    "model_type": "siglip_vision_model",
                    "hidden_size": 32,
                    "intermediate_size": 48,
                    # As many layers as the text has, with projections of the same names.
                    "num_hidden_layers": 6,
                    "num_attention_heads": 2,
                    "image_size": 28,
                    "patch_size": 14,
                    "vision_use_head": False,
                },
                "mm_tokens_per_image": 4,
                "boi_token_index": 4,
                "eoi_token_index": 5,
                "image_token_index": 6,
                "torch_dtype": "float32",
            },
            tokenizer="GemmaTokenizer",
            sentencepiece=True,
        ),
    )
}


def make_model(architecture: Architecture, folder: Path, write_tokenizer: WriteTokenizer) -> None:
    """Fills `folder` with config, weights and a tokenizer."""
    folder.mkdir(parents=True, exist_ok=True)
    vocabulary, special_ids = write_tokenizer(folder)
    config = {"architectures": [architecture.class_name], **json.loads(json.dumps(architecture.config))}
    for part in (config, config.get("text_config")):
        if part is not None:
            part.update(vocab_size=vocabulary, **special_ids)
    published = json.dumps(config, indent=2)
    (folder / "config.json").write_text(published)
    torch.manual_seed(1)
    loaded = AutoConfig.from_pretrained(folder)
    kind = AutoModelForImageTextToText if "vision_config" in config else AutoModelForCausalLM
    model = kind.from_config(loaded)
    with torch.no_grad():
        for parameter in model.parameters():
            # Norms would all be alike, and one in the place of another would not show.
            if parameter.ndim == 1:
                parameter.add_(0.2 * torch.randn_like(parameter))
    model.save_pretrained(folder)
    (folder / "config.json").write_text(published)
