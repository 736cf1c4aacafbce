"""Which precision `auto` means."""

from pathlib import Path

import pytest
import torch

from stepdown_trainer import hardware, model


def folder_with(tmp_path: Path, size_bytes: int) -> str:
    with open(tmp_path / "model.safetensors", "wb") as weights:
        weights.truncate(size_bytes)
    return str(tmp_path)


@pytest.mark.parametrize(
    ("in_hardware", "size_bytes", "expected"),
    [(True, 1_000, "fp32"), (True, model.LARGE_WEIGHTS_BYTES, "bf16"), (False, model.LARGE_WEIGHTS_BYTES, "fp32")],
)
def test_auto_on_a_cpu_is_bf16_for_large_models_in_hardware_that_has_it(
    in_hardware: bool, size_bytes: int, expected: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hardware, "has_bf16", lambda at: in_hardware)
    assert model.choose_precision("auto", torch.device("cpu"), folder_with(tmp_path, size_bytes)) == expected


def test_what_is_set_is_taken(tmp_path: Path) -> None:
    assert model.choose_precision("bf16", torch.device("cpu"), str(tmp_path)) == "bf16"
