"""Checkpoints: whole or absent, and enough to continue bit for bit."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path
from typing import Any, Mapping

import torch
from safetensors.torch import load_file, save_file

STATE, TENSORS, BEST = "state.json", "tensors.safetensors", "best.safetensors"


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def write_folder(folder: Path, fill: Any) -> None:
    """Makes a folder that is never seen half-written: filled beside, synced, renamed."""
    part = folder.with_name(folder.name + ".part")
    shutil.rmtree(part, ignore_errors=True)
    part.mkdir(parents=True)
    fill(part)
    for file in part.rglob("*"):
        _sync(file)
    _sync(part)
    if folder.exists():
        # A folder cannot be replaced in one step; the old one goes first, the complete one is already on disk.
        shutil.rmtree(folder)
    os.rename(part, folder)
    _sync(folder.parent)


def write_json(path: Path, value: Any) -> None:
    """Writes a JSON file beside its place, syncs it and renames it."""
    part = path.with_name(path.name + ".part")
    with open(part, "w", encoding="utf-8") as file:
        json.dump(value, file, allow_nan=False)
        file.flush()
        os.fsync(file.fileno())
    os.rename(part, path)
    _sync(path.parent)


class Checkpoints:
    """The checkpoints of one output folder. At most one complete one is kept, named by its step."""

    def __init__(self, output_dir: Path):
        self._root = output_dir / "checkpoints"
        self._root.mkdir(parents=True, exist_ok=True)
        for leftover in self._root.glob("*.part"):
            shutil.rmtree(leftover)

    def _complete(self) -> list[Path]:
        found = [path for path in self._root.iterdir() if path.is_dir() and path.name.isdigit()]
        return sorted(found, key=lambda path: int(path.name))

    def save(
        self, state: Mapping[str, Any], tensors: dict[str, torch.Tensor], best: dict[str, torch.Tensor] | None
    ) -> None:
        """`best` is given when it is new; otherwise the one of the checkpoint before is carried over."""
        older = self._complete()

        def fill(part: Path) -> None:
            save_file({name: tensor.contiguous() for name, tensor in tensors.items()}, part / TENSORS)
            if best is not None:
                save_file({name: tensor.contiguous() for name, tensor in best.items()}, part / BEST)
            elif older and (older[-1] / BEST).exists():
                os.link(older[-1] / BEST, part / BEST)
            with open(part / STATE, "w", encoding="utf-8") as file:
                json.dump(state, file, allow_nan=False)

        folder = self._root / str(state["step"])
        if older and older[-1] == folder:
            return
        write_folder(folder, fill)
        for path in older:
            shutil.rmtree(path)

    def load(
        self, fingerprint: str
    ) -> tuple[dict[str, Any], dict[str, torch.Tensor], dict[str, torch.Tensor] | None] | None:
        """The latest checkpoint of a run with this fingerprint; null where there is none."""
        for folder in reversed(self._complete()):
            with open(folder / STATE, encoding="utf-8") as file:
                state = json.load(file)
            if state["fingerprint"] != fingerprint:
                continue
            best = load_file(folder / BEST) if (folder / BEST).exists() else None
            return state, load_file(folder / TENSORS), best
        return None

    def clear(self) -> None:
        shutil.rmtree(self._root, ignore_errors=True)
        self._root.mkdir(parents=True)
