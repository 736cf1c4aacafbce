"""Where a continued training keeps what it takes from a checkpoint."""

from __future__ import annotations

import pytest
import torch

from stepdown_trainer import trained_state
from stepdown_trainer.weight_average import WeightAverage


@pytest.mark.parametrize("fused", [True, False])
def test_a_fused_optimiser_finds_its_step_count_on_the_device_of_the_weights(fused: bool) -> None:
    # The meta device stands for a GPU: it is not the machine's memory.
    parameters = {"w": torch.nn.Parameter(torch.zeros(2, 2, device="meta"))}
    average = WeightAverage(parameters, 10)
    optimizer = torch.optim.AdamW(parameters.values(), fused=fused)
    kinds = ("parameter", "average", *trained_state.MOMENTS)
    tensors = {f"{kind}.w": torch.ones(2, 2) for kind in kinds}
    trained_state.restore(tensors, 7, parameters, average, optimizer)
    state = optimizer.state[parameters["w"]]
    assert state["step"].device.type == ("meta" if fused else "cpu")
    assert state["exp_avg"].device.type == "meta"
