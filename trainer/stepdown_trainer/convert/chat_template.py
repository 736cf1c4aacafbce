"""A GGUF file copied with another chat template in its metadata: programs that read it render what was trained."""

from __future__ import annotations

from pathlib import Path

from gguf import Keys

from .gguf_metadata import copy_with_metadata
from .gguf_model import GgufModel

KEY = Keys.Tokenizer.CHAT_TEMPLATE


def copy_with_chat_template(model: GgufModel, template: str, output: Path) -> dict[str, int]:
    """Writes the copy and returns where the data of each tensor begins in it, in bytes.

    Further templates that the file brings under other names (for tools, say) are left out: what they render was
    never trained. Raises `gguf-invalid`.
    """
    return copy_with_metadata(model, {KEY: template}, output, leave_out=(KEY,))
