"""Decides whether the frozen trunk is computed once, and proves on a batch that it changes nothing."""

from __future__ import annotations

import math
from typing import Sequence

import torch

from . import hardware
from .answer_loss import answer_loss
from .model import Trainable
from .protocol import Events
from .rows import TokenRow
from .trunk import FrozenTrunk, cache_bytes, compute_trunk, restore_layers, skip_layers

MEMORY_SHARE = 0.1
"""Of the whole machine's memory, not of what is free just now: a continued run must choose alike."""
PROBE_ROWS = 4
TOLERANCE = {"fp32": 1e-3, "bf16": 3e-2}
"""Relative difference of the probe's loss that rounding explains."""


@torch.no_grad()
def frozen_trunk(model: Trainable, rows: Sequence[TokenRow], events: Events) -> FrozenTrunk | None:
    """The cached trunk, with the frozen layers taken out of the model; null where nothing is gained."""
    if model.first_trained == 0:
        return None
    width = model.causal.config.get_text_config().hidden_size
    needed = cache_bytes(rows, width, 4)
    if needed > MEMORY_SHARE * hardware.total_memory_bytes(model.device):
        events.status("the frozen layers' outputs do not fit in a tenth of memory: computing them every time")
        return None
    events.status("computing the frozen layers once")
    probe = list(rows[:PROBE_ROWS])
    model.causal.eval()
    with model.computing():
        trunk = compute_trunk(model.causal, model.layers, model.first_trained, rows, model.device)
        whole = answer_loss(model.causal, probe, model.device, None).item()
        trunk.frozen = skip_layers(model.layers, model.first_trained)
        split = answer_loss(model.causal, probe, model.device, trunk).item()
    model.causal.train()
    if math.isclose(whole, split, rel_tol=TOLERANCE[model.precision]):
        return trunk
    restore_layers(model.layers, trunk.frozen)
    events.status("this architecture does more than its layers between input and output: not caching")
    return None
