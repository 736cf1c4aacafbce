"""Versions that a result depends on."""

from __future__ import annotations

import platform
from importlib import metadata

NAMES = (
    "torch", "transformers", "peft", "trl", "tokenizers", "safetensors",
    "accelerate", "gguf", "numpy", "bitsandbytes",
)  # fmt: skip


def packages() -> dict[str, str]:
    """Installed versions by name, with Python's own; packages that are not installed are left out."""
    found = {"python": platform.python_version()}
    for name in NAMES:
        try:
            found[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            continue
    return found
