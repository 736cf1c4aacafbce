"""Hugging Face folder to GGUF in F16, by llama.cpp's own converter.

The converter is in the source that node-llama-cpp carries as a git bundle, at exactly the version of the
engine that will read the file. It is checked out once per version into the cache.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

from ..protocol import TrainerError
from .atomic_output import atomic_output
from .gguf_model import GgufModel
from .long_rope import keep_short_factors
from .safetensors_folder import read_folder
from .space_prefix import set_space_prefix

SCRIPT = "convert_hf_to_gguf.py"


def hf_to_gguf(model_dir: str, output_file: str, bundle: str, tag: str, cache_dir: str) -> dict[str, Any]:
    """Raises `git-missing`, `model-runs-code`, `safetensors-invalid`, `conversion-failed`, `disk-full`."""
    model = Path(model_dir)
    refuse_code(model)
    read_folder(model)
    source = llama_cpp_source(Path(bundle), tag, Path(cache_dir))
    with atomic_output(output_file) as part:
        # The script reads tokenizers with trust_remote_code; refuse_code has made sure there is none to run.
        result = subprocess.run(
            [sys.executable, str(source / SCRIPT), str(model), "--outtype", "f16", "--outfile", str(part)],
            capture_output=True,
            text=True,
            errors="replace",
            env={**os.environ, "HF_HUB_OFFLINE": "1", "TRANSFORMERS_OFFLINE": "1"},
        )
        if result.returncode != 0 or not part.exists():
            lines = [line for line in result.stderr.splitlines() if line.strip()]
            raise TrainerError(
                "data",
                "conversion-failed",
                f"{model} could not be converted to GGUF: {lines[-1] if lines else 'no message'}",
                "Choose a model of a supported architecture: `stepdown models list`.",
                {"output": lines[-20:]},
            )
        keep_short_factors(part)
        set_space_prefix(part, model)
        tensors = len(GgufModel(part).tensors)
    return {"tensors": tensors, "sizeBytes": Path(output_file).stat().st_size}


def refuse_code(model: Path) -> None:
    """A model folder is data: one that brings Python files or asks for them is refused."""
    offenders = [file.name for file in model.glob("*.py")]
    for name in ("config.json", "tokenizer_config.json"):
        file = model / name
        if file.is_file():
            try:
                content = json.loads(file.read_text(encoding="utf-8"))
            except ValueError as error:
                raise TrainerError(
                    "data", "config-invalid", f"{file} is not JSON ({error})", "Fetch the model again."
                ) from error
            if isinstance(content, dict) and "auto_map" in content:
                offenders.append(f"{name} (auto_map)")
    if offenders:
        raise TrainerError(
            "data",
            "model-runs-code",
            f"{model} wants to run code of its own: {', '.join(offenders)}",
            "Choose a model without remote code.",
        )


def llama_cpp_source(bundle: Path, tag: str, cache_dir: Path) -> Path:
    """The checked-out source of exactly this version. Raises `git-missing`, `llama-source-missing`."""
    checkout = cache_dir / "llama.cpp" / tag
    if (checkout / SCRIPT).is_file():
        return checkout
    git = shutil.which("git")
    if git is None:
        raise TrainerError(
            "prerequisite",
            "git-missing",
            "Converting Hugging Face weights to GGUF needs git, and it is not on the PATH",
            "Install git, or choose a base model that is offered as GGUF (`stepdown models list`).",
        )
    if not bundle.is_file():
        raise TrainerError(
            "prerequisite",
            "llama-source-missing",
            f"The llama.cpp source is not at {bundle}",
            "Install node-llama-cpp again: `npm install`.",
        )
    with atomic_output(checkout) as part:
        # --config and --template keep the user's own git settings and hooks out of it.
        command = [git, "clone", "--quiet", "--config", "core.hooksPath=/dev/null", "--template=", str(bundle), str(part)]
        result = subprocess.run(command, capture_output=True, text=True, errors="replace")
        if result.returncode != 0 or not (part / SCRIPT).is_file():
            raise TrainerError(
                "prerequisite",
                "llama-source-missing",
                f"{bundle} could not be unpacked: {result.stderr.strip()[-300:]}",
                "Install node-llama-cpp again: `npm install`.",
            )
    return checkout
