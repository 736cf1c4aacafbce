"""A GGUF file copied with another chat template in its metadata: programs that read it render what was trained."""

from __future__ import annotations

import shutil
import struct
from pathlib import Path
from typing import BinaryIO

from gguf import GGUFValueType, Keys
from gguf.gguf_reader import ReaderField

from .gguf_model import GgufModel, invalid

KEY = Keys.Tokenizer.CHAT_TEMPLATE
COPY_BYTES = 1 << 24


def copy_with_chat_template(model: GgufModel, template: str, output: Path) -> dict[str, int]:
    """Writes the copy and returns where the data of each tensor begins in it, in bytes.

    Further templates that the file brings under other names (for tools, say) are left out: what they render was
    never trained. All other metadata and all tensors stay as they are, byte by byte; only their place in the file
    moves. Raises `gguf-invalid` where the file has changed since `model` was opened.
    See https://github.com/ggml-org/ggml/blob/master/docs/gguf.md
    """
    reader = model.reader
    base_start = int(reader.data_offset)
    # The reader lists the file's own counts as fields named GGUF.*.
    kept = [field for field in reader.fields.values() if not field.name.startswith(("GGUF.", KEY))]
    with open(model.path, "rb") as source, open(output, "xb") as copy:
        magic_and_version = source.read(8)
        copy.write(magic_and_version + struct.pack("<QQ", len(reader.tensors), len(kept) + 1))
        for field in kept:
            copy_field(source, copy, field)
        copy.write(text(KEY) + struct.pack("<I", GGUFValueType.STRING) + text(template))
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


def text(value: str) -> bytes:
    """A string as GGUF stores it: length, then UTF-8."""
    encoded = value.encode("utf-8")
    return struct.pack("<Q", len(encoded)) + encoded
