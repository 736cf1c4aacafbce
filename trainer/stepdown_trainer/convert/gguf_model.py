"""A GGUF model file opened for conversion: checked, with its tensors by name."""

from __future__ import annotations

import re
import struct
from pathlib import Path
from typing import Any

import numpy as np
from gguf import MODEL_ARCH_NAMES, GGMLQuantizationType, GGUFReader, dequantize, get_tensor_name_map
from gguf.gguf_reader import ReaderTensor

from ..protocol import TrainerError

FLOAT_DTYPES = {
    GGMLQuantizationType.F32: np.dtype("<f4"),
    GGMLQuantizationType.F16: np.dtype("<f2"),
}


class GgufModel:
    """Metadata and tensors of a GGUF file. Raises `gguf-invalid`."""

    def __init__(self, path: str | Path):
        self.path = Path(path)
        try:
            self.reader = GGUFReader(self.path)
        except OSError as error:
            raise invalid(self.path, error.strerror or str(error)) from error
        except (ValueError, KeyError, IndexError, TypeError, OverflowError, MemoryError, struct.error) as error:
            raise invalid(self.path, str(error)) from error
        self.tensors: dict[str, ReaderTensor] = {tensor.name: tensor for tensor in self.reader.tensors}
        self.architecture = str(self.required("general.architecture"))
        self.layers = int(self.required(f"{self.architecture}.block_count"))
        self._names = self._name_map()

    def value(self, key: str) -> Any:
        """A metadata value, or None."""
        field = self.reader.get_field(key)
        return None if field is None else field.contents()

    def required(self, key: str) -> Any:
        value = self.value(key)
        if value is None:
            raise invalid(self.path, f"{key} is missing")
        return value

    @property
    def heads(self) -> int:
        return int(self.required(f"{self.architecture}.attention.head_count"))

    @property
    def key_value_heads(self) -> int:
        return int(self.value(f"{self.architecture}.attention.head_count_kv") or self.heads)

    def weights(self, name: str) -> np.ndarray:
        """A tensor as float32 in row-major order, the way Hugging Face stores it."""
        tensor = self.tensors[name]
        return dequantize(tensor.data, tensor.tensor_type).astype(np.float32, copy=False)

    def name_of(self, hugging_face_name: str) -> str | None:
        """The GGUF name of a Hugging Face tensor of this architecture, or None where there is none."""
        # Text models inside multi-modal checkpoints have a prefix that GGUF does not know.
        plain = re.sub(r"\blanguage_model\.", "", hugging_face_name)
        return self._names.get_name(plain, try_suffixes=(".weight", ".bias"))

    def _name_map(self):
        architecture = next((key for key, name in MODEL_ARCH_NAMES.items() if name == self.architecture), None)
        if architecture is None:
            raise TrainerError(
                "data",
                "architecture-unsupported",
                f"{self.path}: the architecture {self.architecture!r} is not known",
                "Choose a base model from `stepdown models list`.",
            )
        return get_tensor_name_map(architecture, self.layers)


def invalid(path: Path, reason: str) -> TrainerError:
    return TrainerError(
        "data", "gguf-invalid", f"{path} is not a usable GGUF file: {reason}", "Fetch the model again: `stepdown models pull`."
    )
