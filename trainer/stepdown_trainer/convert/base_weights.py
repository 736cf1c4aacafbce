"""The base model in both formats at once, so that trained Hugging Face weights find their place in GGUF."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from ..protocol import TrainerError
from .gguf_model import GgufModel
from .row_layout import Layout, find_layout
from .safetensors_folder import StoredTensor, read_folder


class BaseWeights:
    def __init__(self, base_dir: str | Path, base_gguf: str | Path):
        self.gguf = GgufModel(base_gguf)
        self.stored: dict[str, StoredTensor] = {}
        for name, tensor in read_folder(base_dir).items():
            gguf_name = self.gguf.name_of(name)
            if gguf_name in self.gguf.tensors:
                self.stored[gguf_name] = tensor

    def place(self, hugging_face_name: str) -> str:
        """The GGUF tensor that a Hugging Face tensor ends up in. Raises `conversion-unsupported`."""
        name = self.gguf.name_of(hugging_face_name)
        if name is None or name not in self.stored:
            raise TrainerError(
                "data",
                "conversion-unsupported",
                f"{hugging_face_name} has no counterpart of its own in {self.gguf.path.name}",
                "Train the linear layers of the blocks only; tied output weights cannot be trained alone.",
            )
        return name

    def hugging_face(self, gguf_name: str) -> np.ndarray:
        return self.stored[gguf_name].read()

    def layout(self, gguf_name: str) -> Layout:
        """How rows of this tensor are reordered on the way to GGUF. Raises `conversion-mismatch`."""
        heads = (self.gguf.heads, self.gguf.key_value_heads) if ".attn_" in gguf_name else ()
        return find_layout(
            gguf_name, self.hugging_face(gguf_name), self.gguf.weights(gguf_name), tuple(dict.fromkeys(heads))
        )
