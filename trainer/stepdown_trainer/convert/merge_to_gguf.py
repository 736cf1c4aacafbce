"""Trained weights and their base as one GGUF file.

The result is a copy of the base GGUF with the chat template that was trained, in which the changed tensors are
overwritten in place: tokenizer and all other metadata stay what they were. Changes are added in float32, one
tensor in memory at a time.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from ..protocol import TrainerError
from .atomic_output import atomic_output
from .base_weights import BaseWeights
from .chat_template import copy_with_chat_template
from .gguf_model import FLOAT_DTYPES
from .peft_adapter import is_adapter, read_adapter
from .safetensors_folder import read_folder


def merge_to_gguf(
    base_dir: str, trained_dir: str, base_gguf: str, chat_template: str, output_file: str
) -> dict[str, Any]:
    """`trained_dir` is a PEFT adapter or the folder of a fully fine-tuned model; `chat_template` is Jinja text."""
    base = BaseWeights(base_dir, base_gguf)
    deltas = adapter_deltas(base, trained_dir) if is_adapter(trained_dir) else full_deltas(base, trained_dir)
    changed = 0
    with atomic_output(output_file) as part:
        places = copy_with_chat_template(base.gguf, chat_template, part)
        for name, delta in deltas:
            add_in_place(base, part, name, places[name], delta)
            changed += 1
    return {"tensors": changed, "sizeBytes": Path(output_file).stat().st_size}


def adapter_deltas(base: BaseWeights, folder: str) -> Iterator[tuple[str, np.ndarray]]:
    for pair in read_adapter(folder).pairs:
        name = base.place(f"{pair.module}.weight")
        yield name, base.layout(name)(pair.delta())


def full_deltas(base: BaseWeights, folder: str) -> Iterator[tuple[str, np.ndarray]]:
    """Differences, not values: constants that GGUF adds to some weights (Gemma's norms) cancel out."""
    trained = read_folder(folder)
    for hugging_face_name, tensor in trained.items():
        name = base.gguf.name_of(hugging_face_name)
        if name == "output.weight" and name not in base.stored:
            refuse_untied(base, hugging_face_name, trained)
            continue
        name = base.place(hugging_face_name)
        difference = tensor.read() - base.hugging_face(name)
        if np.any(difference):
            delta = base.layout(name)(difference)
            yield name, delta
            if name == "token_embd.weight" and "output.weight" in base.gguf.tensors and "output.weight" not in base.stored:
                # One matrix in Hugging Face, written twice in this GGUF file.
                yield "output.weight", delta


def refuse_untied(base: BaseWeights, name: str, trained: dict) -> None:
    """An output matrix that the base shares with its embedding must still be the embedding."""
    embedding = next(key for key in trained if base.gguf.name_of(key) == "token_embd.weight")
    if not np.array_equal(trained[name].read(), trained[embedding].read()):
        raise TrainerError(
            "data",
            "conversion-unsupported",
            f"{name} was trained apart from the embedding it is tied to in the base",
            "Keep tie_word_embeddings on when training.",
        )


def add_in_place(base: BaseWeights, file: Path, name: str, place: int, delta: np.ndarray) -> None:
    """Writes base plus `delta` at `place`, in bytes, of `file`."""
    tensor = base.gguf.tensors[name]
    dtype = FLOAT_DTYPES.get(tensor.tensor_type)
    if dtype is None:
        raise TrainerError(
            "data",
            "base-quantized",
            f"{name} of {base.gguf.path.name} is stored as {tensor.tensor_type.name}",
            "Give the base in F16: `stepdown quantize` makes it.",
        )
    merged = base.gguf.weights(name) + delta
    if dtype == np.float16 and not np.all(np.isfinite(merged.astype(dtype))):
        raise TrainerError(
            "data",
            "weights-overflow",
            f"{name} does not fit in float16 after merging",
            "Lower the learning rate and train again: the weights have diverged.",
        )
    target = np.memmap(file, dtype=dtype, mode="r+", offset=place, shape=merged.shape)
    target[...] = merged.astype(dtype)
    target.flush()
