"""Tells whether a checkpoint belongs to the same training."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any, Mapping

HEAD_BYTES = 1 << 20
STATE_FORMAT = 3
"""Raised when checkpoints or the way of training change: what an older version began is not continued."""


def fingerprint(plan: Mapping[str, Any]) -> str:
    """
    SHA-256 over hyperparameters, rows and base weights. Of each weight file the size and the first MiB
    count, which hold the header and first tensors: gigabytes need not be read again at every start.
    """
    digest = hashlib.sha256()
    digest.update(bytes([STATE_FORMAT]))
    digest.update(json.dumps(plan["hyperparameters"], sort_keys=True).encode())
    for key in ("trainFile", "validationFile"):
        digest.update(hashlib.sha256(Path(plan[key]).read_bytes()).digest())
    for path in sorted(Path(plan["baseDir"]).iterdir()):
        if path.suffix in (".json", ".safetensors"):
            digest.update(f"{path.name}\0{path.stat().st_size}\0".encode())
            with open(path, "rb") as file:
                digest.update(hashlib.sha256(file.read(HEAD_BYTES)).digest())
    return digest.hexdigest()
