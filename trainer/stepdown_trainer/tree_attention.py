"""Attention over a TokenTree: every node sees its ancestors and itself, nothing else."""

from __future__ import annotations

from typing import Any

import torch
from torch.nn.functional import scaled_dot_product_attention
from transformers import AttentionInterface

from .protocol import TrainerError
from .token_tree import TokenTree

TREE_ATTENTION = "stepdown_tree"


def _attend(
    module: torch.nn.Module,
    query: torch.Tensor,
    key: torch.Tensor,
    value: torch.Tensor,
    attention_mask: torch.Tensor | None,
    *,
    tree: TokenTree,
    scaling: float | None = None,
    dropout: float = 0.0,
    sliding_window: int | None = None,
    softcap: float | None = None,
    **_: Any,
) -> tuple[torch.Tensor, None]:
    """
    query [1, heads, nodes, size], key and value [1, key heads, nodes, size] -> [1, nodes, heads, size].

    All other layers work on nodes without padding. Only here the nodes are laid out row by row: padding
    stands at the end, where the causal mask keeps it from every real token, so no mask is built.
    """
    if softcap is not None:
        raise TrainerError(
            "prerequisite",
            "architecture-unsupported",
            "This model caps its attention scores, which this trainer does not support",
            "Choose another base model: `stepdown models list`.",
        )
    rows, longest = tree.paths.shape
    places = tree.paths.reshape(-1)

    def by_row(states: torch.Tensor) -> torch.Tensor:
        nodes = states[0].transpose(0, 1)
        return nodes.index_select(0, places).view(rows, longest, *nodes.shape[1:]).transpose(1, 2)

    query, key, value = by_row(query), by_row(key), by_row(value)
    mask = None
    if sliding_window is not None and longest > sliding_window:
        depth = torch.arange(longest, device=query.device)
        distance = depth[:, None] - depth[None, :]
        mask = (distance >= 0) & (distance < sliding_window)
    output = scaled_dot_product_attention(
        query,
        key,
        value,
        attn_mask=mask,
        dropout_p=dropout,
        scale=scaling,
        is_causal=mask is None,
        enable_gqa=key.shape[1] != query.shape[1],
    )
    by_node = output.transpose(1, 2).reshape(rows * longest, output.shape[1], output.shape[3])
    return by_node.index_select(0, tree.home).unsqueeze(0), None


AttentionInterface.register(TREE_ATTENTION, _attend)
