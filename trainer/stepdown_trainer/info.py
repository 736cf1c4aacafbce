"""The `info` verb: what this environment has."""

from __future__ import annotations

import platform
import sys
from typing import Any

from . import hardware, versions


def run() -> dict[str, Any]:
    """Fields of TrainerEnvironment."""
    at = hardware.device()
    packages = versions.packages()
    packages.pop("python")
    return {
        "pythonPath": sys.executable,
        "pythonVersion": platform.python_version(),
        "packages": packages,
        "device": at.type,
        "deviceName": hardware.device_name(at),
        "memoryBytes": hardware.total_memory_bytes(at),
        "bf16": hardware.has_bf16(at),
    }
