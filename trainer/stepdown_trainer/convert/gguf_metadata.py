"""A GGUF file copied with some of its metadata set anew; everything else stays as it is, byte by byte."""

from __future__ import annotations

import shutil
import struct
from pathlib import Path
from typing import BinaryIO

from gguf import GGUFValueType
from gguf.gguf_reader import ReaderField

from .gguf_model import GgufModel, invalid

COPY_BYTES = 1 << 24


def copy_with_metadata(
    model: GgufModel, values: dict[str, str | bool], output: Path, leave_out: tuple[str, ...] = ()
) -> dict[str, int]:
    """
    Writes the copy and returns where the data of each tensor begins in it, in bytes. Keys that begin with one of
    `leave_out` are dropped; tensors move, their bytes do not change. Raises `gguf-invalid` where the file has changed
    since `model` was opened. See https://github.com/ggml-org/ggml/blob/master/docs/gguf.md
    """
    reader = model.reader
    base_start = int(reader.data_offset)
    # The reader lists the file's own counts as fields named GGUF.*.
    dropped = ("GGUF.", *leave_out)
    kept = [
        field
        for field in reader.fields.values()
        if not field.name.startswith(dropped) and field.name not in values
    ]
    with open(model.path, "rb") as source, open(output, "xb") as copy:
        magic_and_version = source.read(8)
        copy.write(magic_and_version + struct.pack("<QQ", len(reader.tensors), len(kept) + len(values)))
        for field in kept:
            copy_field(source, copy, field)
        for key, value in values.items():
            copy.write(text(key) + encoded(value))
        for tensor in reader.tensors:
            copy_field(source, copy, tensor.field)
        copy.write(bytes(-copy.tell() % int(reader.alignment)))
        data_start = copy.tell()
        source.seek(base_start)
        shutil.copyfileobj(source, copy, COPY_BYTES)
        copied = copy.tell() - data_start
    if copied != len(reader.data) - base_start:
        raise invalid(model.path, "it changed while it was read")
    # Tensor offsets are counted from the start of the data, so the copied ones hold.
    shift = data_start - base_start
    return {name: int(tensor.data_offset) + shift for name, tensor in model.tensors.items()}


def copy_field(source: BinaryIO, copy: BinaryIO, field: ReaderField) -> None:
    source.seek(field.offset)
    copy.write(source.read(sum(int(part.nbytes) for part in field.parts)))


def encoded(value: str | bool) -> bytes:
    """A value with its type before it."""
    if isinstance(value, bool):
        return struct.pack("<I?", GGUFValueType.BOOL, value)
    return struct.pack("<I", GGUFValueType.STRING) + text(value)


def text(value: str) -> bytes:
    """A string as GGUF stores it: length, then UTF-8."""
    data = value.encode("utf-8")
    return struct.pack("<Q", len(data)) + data
