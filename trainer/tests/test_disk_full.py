"""A disk that fills up while training is told as such, and the same command goes on once there is space."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any, Callable

import pytest
from safetensors import SafetensorError
from test_training import adapter, assert_same, train

from stepdown_trainer import checkpoint, training
from stepdown_trainer.failures import known_failure

FULL = Path("/dev/full")
"""Linux's own full disk: every write to it fails with ENOSPC."""


def on_full_disk(write_folder: Callable[..., None], name: str, at: int) -> Callable[..., None]:
    """`write_folder` that finds the disk full in its call number `at`, as it writes the file `name`."""
    calls = 0

    def written(folder: Path, fill: Callable[[Path], None]) -> None:
        nonlocal calls
        calls += 1

        def filled(part: Path) -> None:
            if calls == at and name.endswith(".json"):
                os.symlink(FULL, part / name)
            fill(part)
            if calls == at:
                # The library for weights replaces a link; what it leaves and raises on a full disk is this.
                os.truncate(part / name, (part / name).stat().st_size // 2)
                raise SafetensorError("I/O error: No space left on device (os error 28)")

        write_folder(folder, filled)

    return written


def assert_told_and_continued(plan: dict[str, Any], whole: dict[str, Any], other: dict[str, Any]) -> None:
    with pytest.raises(Exception) as caught:
        train(plan)
    known = known_failure(caught.value)
    assert known is not None, caught.value
    assert (known.code, known.category) == ("disk-full", "prerequisite")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(checkpoint, "write_folder", WRITE_FOLDER)
        patch.setattr(training, "write_folder", WRITE_FOLDER)
        (Path(plan["outputDir"]) / "result.json.part").unlink(missing_ok=True)
        result, _ = train(plan)
    assert result["lossCurve"] == whole["lossCurve"]
    assert_same(adapter(plan), adapter(other))


WRITE_FOLDER = checkpoint.write_folder


@pytest.fixture
def whole(plan: dict[str, Any], tmp_path: Path) -> tuple[dict[str, Any], dict[str, Any]]:
    """The unbroken run: its result, and its plan."""
    other = {**plan, "outputDir": str(tmp_path / "whole")}
    return train(other)[0], other


@pytest.mark.parametrize("name", ["tensors.safetensors", "best.safetensors", "state.json"])
@pytest.mark.parametrize("at", [1, 2])
def test_a_checkpoint_that_finds_no_space_leaves_the_one_before(
    plan: dict[str, Any], whole: Any, monkeypatch: pytest.MonkeyPatch, name: str, at: int
) -> None:
    monkeypatch.setattr(checkpoint, "write_folder", on_full_disk(WRITE_FOLDER, name, at))
    assert_told_and_continued(plan, *whole)


@pytest.mark.parametrize("name", ["adapter_model.safetensors", "adapter_config.json"])
def test_an_adapter_that_finds_no_space_is_written_again(
    plan: dict[str, Any], whole: Any, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setattr(training, "write_folder", on_full_disk(WRITE_FOLDER, name, 1))
    assert_told_and_continued(plan, *whole)


def test_a_result_that_finds_no_space_is_not_taken_for_a_finished_run(plan: dict[str, Any], whole: Any) -> None:
    output = Path(plan["outputDir"])
    output.mkdir()
    os.symlink(FULL, output / "result.json.part")
    assert_told_and_continued(plan, *whole)
