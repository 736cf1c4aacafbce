"""Reads and writes safetensors with numpy alone: bfloat16 included, one tensor in memory at a time.

Format: eight bytes of header length, a JSON header, then the data.
See https://huggingface.co/docs/safetensors/index#format
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ..protocol import TrainerError

MAX_HEADER_BYTES = 100_000_000
DTYPES = {"F32": np.dtype("<f4"), "F16": np.dtype("<f2"), "BF16": np.dtype("<u2")}


@dataclass(frozen=True)
class StoredTensor:
    """Where a tensor lies in a file."""

    file: Path
    dtype: str
    shape: tuple[int, ...]
    offset: int

    def read(self) -> np.ndarray:
        """The values as float32, exactly."""
        count = int(np.prod(self.shape, dtype=np.int64))
        raw = np.fromfile(self.file, DTYPES[self.dtype], count, offset=self.offset)
        if self.dtype == "BF16":
            return (raw.astype(np.uint32) << 16).view(np.float32).reshape(self.shape)
        return raw.astype(np.float32).reshape(self.shape)


def read_folder(folder: str | Path) -> dict[str, StoredTensor]:
    """Every tensor of all safetensors files in a folder, by name. Raises `safetensors-invalid`."""
    files = sorted(Path(folder).glob("*.safetensors"))
    if not files:
        raise invalid(Path(folder), "the folder holds no safetensors file")
    tensors: dict[str, StoredTensor] = {}
    for file in files:
        tensors.update(read_header(file))
    return tensors


def read_header(file: Path) -> dict[str, StoredTensor]:
    size = file.stat().st_size
    with file.open("rb") as stream:
        length = int.from_bytes(stream.read(8), "little")
        if size < 8 or length > min(MAX_HEADER_BYTES, size - 8):
            raise invalid(file, "its header is longer than the file")
        try:
            header = json.loads(stream.read(length))
            entries = [(name, entry) for name, entry in header.items() if name != "__metadata__"]
            return {name: checked(file, name, entry, 8 + length, size) for name, entry in entries}
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise invalid(file, f"its header cannot be read ({error})") from error


def checked(file: Path, name: str, entry: dict, start: int, size: int) -> StoredTensor:
    dtype, shape = entry["dtype"], tuple(entry["shape"])
    first, last = entry["data_offsets"]
    if dtype not in DTYPES:
        raise invalid(file, f"tensor {name} has type {dtype}; float32, float16 and bfloat16 can be read")
    expected = int(np.prod(shape, dtype=np.int64)) * DTYPES[dtype].itemsize
    if first < 0 or last - first != expected or start + last > size:
        raise invalid(file, f"tensor {name} does not fit the file")
    return StoredTensor(file, dtype, shape, start + first)


def invalid(path: Path, reason: str) -> TrainerError:
    return TrainerError(
        "data", "safetensors-invalid", f"{path}: {reason}", "Fetch or save the weights again, then repeat the command."
    )


def write_file(
    path: Path,
    plan: Iterable[tuple[str, str, tuple[int, ...]]],
    values: Callable[[str], np.ndarray],
) -> None:
    """Writes the planned (name, dtype, shape) tensors; `values(name)` is asked for one at a time."""
    header: dict[str, object] = {"__metadata__": {"format": "pt"}}
    entries = list(plan)
    offset = 0
    for name, dtype, shape in entries:
        size = int(np.prod(shape, dtype=np.int64)) * DTYPES[dtype].itemsize
        header[name] = {"dtype": dtype, "shape": list(shape), "data_offsets": [offset, offset + size]}
        offset += size
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    with path.open("wb") as stream:
        stream.write(len(text).to_bytes(8, "little") + text)
        for name, dtype, shape in entries:
            data = values(name)
            if data.shape != shape:
                raise ValueError(f"{name}: planned {shape}, got {data.shape}")
            encode(data, dtype).tofile(stream)
        stream.flush()
        os.fsync(stream.fileno())


def encode(data: np.ndarray, dtype: str) -> np.ndarray:
    data = np.ascontiguousarray(data, dtype=np.float32)
    if dtype == "BF16":
        # The values came from bfloat16, so the lower half is zero and cutting it off loses nothing.
        return (data.view(np.uint32) >> 16).astype("<u2")
    return data.astype(DTYPES[dtype])
