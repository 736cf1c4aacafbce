"""The tensors with which a training continues: weights, their average and the optimiser's moments."""

from __future__ import annotations

from typing import Mapping

import torch

from .weight_average import WeightAverage

Parameters = Mapping[str, torch.nn.Parameter]
MOMENTS = ("exp_avg", "exp_avg_sq")


def collect(
    parameters: Parameters, average: WeightAverage, optimizer: torch.optim.AdamW
) -> dict[str, torch.Tensor]:
    """Tensors by kind and parameter name."""
    tensors = {}
    for name, parameter in parameters.items():
        tensors[f"parameter.{name}"] = parameter.detach()
        tensors[f"average.{name}"] = average.tensors[name]
        for moment in MOMENTS:
            tensors[f"{moment}.{name}"] = optimizer.state[parameter][moment]
    return tensors


@torch.no_grad()
def restore(
    tensors: Mapping[str, torch.Tensor],
    step: int,
    parameters: Parameters,
    average: WeightAverage,
    optimizer: torch.optim.AdamW,
) -> None:
    """Puts back what `collect` took after step `step`."""
    # A fused optimiser reads the count where it computes; the others expect it in the machine's memory.
    fused = optimizer.param_groups[0]["fused"]
    for name, parameter in parameters.items():
        parameter.copy_(tensors[f"parameter.{name}"])
        optimizer.state[parameter] = {
            "step": torch.tensor(float(step), device=parameter.device if fused else "cpu"),
            **{moment: tensors[f"{moment}.{name}"].to(parameter.device).clone() for moment in MOMENTS},
        }
    average.restore({name: tensors[f"average.{name}"] for name in parameters})
