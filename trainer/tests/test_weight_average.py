"""The average that is judged and kept instead of the last step's weights."""

from __future__ import annotations

import pytest
import torch

from stepdown_trainer.weight_average import WeightAverage


def walked(
    values: list[float], total_steps: int, dtype: torch.dtype = torch.float32
) -> tuple[WeightAverage, torch.nn.Parameter]:
    parameter = torch.nn.Parameter(torch.zeros(3, dtype=dtype))
    average = WeightAverage({"w": parameter}, total_steps)
    for step, value in enumerate(values, start=1):
        parameter.data.fill_(value)
        average.update(step)
    return average, parameter


def test_until_the_horizon_it_is_the_plain_mean() -> None:
    average, _ = walked([4.0, 0.0, 2.0], total_steps=100)
    assert average.tensors["w"].tolist() == pytest.approx([2.0] * 3)


def test_beyond_the_horizon_old_weights_fade() -> None:
    # A horizon of two steps: each new step counts half.
    average, _ = walked([8.0, 0.0, 0.0, 1.0], total_steps=10)
    assert average.tensors["w"].tolist() == pytest.approx([1.5] * 3)


def test_steps_too_small_for_half_precision_still_count() -> None:
    average, _ = walked([1.0] * 300 + [1.0078125] * 3, total_steps=1500, dtype=torch.bfloat16)
    assert 1.00005 < average.tensors["w"][0].item() < 1.0005


def test_inside_the_model_computes_with_the_average_and_afterwards_with_its_own() -> None:
    average, parameter = walked([2.0, 4.0], total_steps=100)
    with pytest.raises(RuntimeError), average.applied():
        assert parameter.tolist() == [3.0] * 3
        raise RuntimeError
    assert parameter.tolist() == [4.0] * 3
