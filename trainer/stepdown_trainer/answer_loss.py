"""Cross-entropy of answer tokens, with logits computed nowhere else."""

from __future__ import annotations

from typing import Sequence

import torch
from torch.nn.functional import cross_entropy

from .rows import TokenRow
from .token_tree import build_tree
from .trunk import FrozenTrunk


def answer_loss(
    model: torch.nn.Module, rows: Sequence[TokenRow], device: torch.device, trunk: FrozenTrunk | None
) -> torch.Tensor:
    """Summed negative log-likelihood of the rows' answer tokens, each by its row's weight, in nats."""
    tree = build_tree(rows)
    inputs = None if trunk is None else trunk.inputs(rows, tree)
    tree = tree.to(device)
    logits = model(
        input_ids=tree.tokens.unsqueeze(0) if inputs is None else None,
        inputs_embeds=inputs,
        position_ids=tree.positions.unsqueeze(0),
        logits_to_keep=tree.answer_nodes,
        use_cache=False,
        tree=tree,
    ).logits[0]
    return cross_entropy(logits.float(), tree.answer_targets, reduction="none") @ tree.answer_weights
