"""The moving average of the trained weights: what is judged and kept in place of the last step's weights."""

from __future__ import annotations

import contextlib
from typing import Iterator, Mapping

import torch

HORIZON_SHARE = 0.2
"""Share of all steps that the average looks back on."""


class WeightAverage:
    """
    Exponential moving average over the last fifth of the training, a plain mean until that many steps
    are done. It undoes the noise of small batches, at the cost of one copy of the trained weights.
    See Polyak & Juditsky 1992, and Izmailov et al. 2018 on averages along the path of training.
    """

    def __init__(self, parameters: Mapping[str, torch.nn.Parameter], total_steps: int):
        self._parameters = parameters
        self._smallest_share = 1 / max(1.0, HORIZON_SHARE * total_steps)
        # fp32 whatever the weights have: half precision would round small shares away.
        self.tensors = {name: p.detach().float().clone() for name, p in parameters.items()}

    @torch.no_grad()
    def update(self, step: int) -> None:
        """Takes in the weights after step `step`, counted from 1."""
        share = max(self._smallest_share, 1 / step)
        for name, parameter in self._parameters.items():
            self.tensors[name].lerp_(parameter.float(), share)

    @torch.no_grad()
    def restore(self, tensors: Mapping[str, torch.Tensor]) -> None:
        for name, tensor in self.tensors.items():
            tensor.copy_(tensors[name])

    @contextlib.contextmanager
    def applied(self) -> Iterator[None]:
        """The model computes with the average inside, and with its own weights again afterwards."""
        own = {name: p.detach().clone() for name, p in self._parameters.items()}
        self._set(self.tensors)
        try:
            yield
        finally:
            self._set(own)

    @torch.no_grad()
    def _set(self, tensors: Mapping[str, torch.Tensor]) -> None:
        for name, parameter in self._parameters.items():
            parameter.copy_(tensors[name])
