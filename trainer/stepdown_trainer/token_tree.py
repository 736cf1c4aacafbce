"""A batch of rows as one tree: tokens that rows have in common at their beginning are computed once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Sequence

import torch

from .rows import TokenRow


@dataclass(frozen=True)
class TokenTree:
    """
    Rows merged by common prefix. A causal model gives equal hidden states to equal prefixes, so this
    changes no result; without it, the turn marker that opens every prompt is computed once a row.
    The last token of a row predicts nothing and is left out.
    """

    tokens: torch.Tensor
    """[nodes] token id."""
    positions: torch.Tensor
    """[nodes] depth, which is the position in the row."""
    paths: torch.Tensor
    """[rows, longest] node at every depth of a row; the tail is padded with node 0."""
    home: torch.Tensor
    """[nodes] index into the flattened paths of one place where the node stands."""
    answer_nodes: torch.Tensor
    """[answers] node whose output predicts an answer token."""
    answer_targets: torch.Tensor
    """[answers] the token to predict."""
    answer_weights: torch.Tensor
    """[answers] the weight of the row that the token belongs to."""
    row_tokens: int
    """Tokens of all rows, counted row by row."""

    def to(self, device: torch.device) -> "TokenTree":
        if device.type == "cpu":
            return self
        moved = {
            name: value.to(device) if isinstance(value, torch.Tensor) else value
            for name, value in vars(self).items()
        }
        return TokenTree(**moved)


def build_tree(rows: Sequence[TokenRow]) -> TokenTree:
    """Merges rows by common prefix. Nodes are numbered in order of first appearance."""
    tokens: list[int] = []
    positions: list[int] = []
    home: list[int] = []
    answer_nodes: list[int] = []
    answer_targets: list[int] = []
    answer_weights: list[float] = []
    longest = max(len(row.tokens) for row in rows) - 1
    paths = torch.zeros((len(rows), longest), dtype=torch.int64)
    children: dict[tuple[int, int], int] = {}
    for index, row in enumerate(rows):
        path: list[int] = []
        parent = -1
        for depth, token in enumerate(row.tokens[:-1]):
            node = children.get((parent, token))
            if node is None:
                node = children[(parent, token)] = len(tokens)
                tokens.append(token)
                positions.append(depth)
                home.append(index * longest + depth)
            path.append(node)
            parent = node
        paths[index, : len(path)] = torch.tensor(path)
        answer_nodes.extend(path[row.prompt_length - 1 :])
        answer_targets.extend(row.tokens[row.prompt_length :])
        answer_weights.extend([row.weight] * row.answer_length)
    return TokenTree(
        tokens=torch.tensor(tokens),
        positions=torch.tensor(positions),
        paths=paths,
        home=torch.tensor(home),
        answer_nodes=torch.tensor(answer_nodes),
        answer_targets=torch.tensor(answer_targets),
        answer_weights=torch.tensor(answer_weights),
        row_tokens=sum(len(row.tokens) for row in rows),
    )
