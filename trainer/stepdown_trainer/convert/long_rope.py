"""LongRoPE: one set of factors for texts up to the original context, another for longer ones.

transformers chooses by the length of the text, llama.cpp once by the size of the whole cache, which here holds several
requests and so is larger than any text. Both models would differ. As no request is longer than SERVED_TOKENS, the
short factors are right for every one of them, and the file gets them in both places.
See https://arxiv.org/abs/2402.13753
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from ..protocol import TrainerError
from .gguf_model import GgufModel

SHORT, LONG = "rope_factors_short.weight", "rope_factors_long.weight"
#: The longest request that is served: src/app/serving.ts.
SERVED_TOKENS = 4096


def keep_short_factors(file: Path) -> None:
    """Overwrites the long factors of a GGUF file in place. Raises `architecture-unsupported`."""
    model = GgufModel(file)
    if LONG not in model.tensors:
        return
    original = int(model.required(f"{model.architecture}.rope.scaling.original_context_length"))
    if original < SERVED_TOKENS:
        raise TrainerError(
            "data",
            "architecture-unsupported",
            f"The rotary embedding of this model changes at {original} tokens, within what is served",
            f"Choose a model whose original context is {SERVED_TOKENS} tokens or more.",
        )
    tensor = model.tensors[LONG]
    short = model.weights(SHORT)
    target = np.memmap(file, dtype="<f4", mode="r+", offset=int(tensor.data_offset), shape=short.shape)
    target[...] = short
    target.flush()
