"""The frozen lower layers: below the first adapter nothing changes, so their output is computed once."""

from __future__ import annotations

import contextlib
from typing import Any, Iterator, Sequence

import torch

from .rows import TokenRow
from .token_tree import TokenTree, build_tree

ROWS_PER_PASS = 32


class _PassThrough(torch.nn.Module):
    """Stands for a frozen layer whose output is already known."""

    def forward(self, hidden_states: torch.Tensor, *_: Any, **__: Any) -> torch.Tensor:
        return hidden_states


class _Reached(Exception):
    """Leaves the forward pass at the first trained layer, with its input."""

    def __init__(self, hidden_states: torch.Tensor):
        self.hidden_states = hidden_states


def _reach(_module: torch.nn.Module, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
    raise _Reached(args[0] if args else kwargs["hidden_states"])


class FrozenTrunk:
    """Hidden states [tokens, width] of all rows before the first trained layer, row after row."""

    def __init__(self, states: torch.Tensor, offsets: dict[str, int]):
        self._states = states
        self._offsets = offsets
        self.frozen: list[torch.nn.Module] = []
        """Layers that were taken out of the model."""

    def inputs(self, rows: Sequence[TokenRow], tree: TokenTree) -> torch.Tensor:
        """[1, nodes, width] for the nodes of a tree over these rows."""
        starts = torch.tensor([self._offsets[row.id] for row in rows])
        longest = tree.paths.shape[1]
        home = tree.home.to("cpu")
        places = starts[home // longest] + home % longest
        return self._states.index_select(0, places.to(self._states.device)).unsqueeze(0)


def cache_bytes(rows: Sequence[TokenRow], width: int, element_bytes: int) -> int:
    """Memory the cache of these rows takes."""
    return sum(len(row.tokens) for row in rows) * width * element_bytes


@torch.no_grad()
def compute_trunk(
    model: torch.nn.Module,
    layers: torch.nn.ModuleList,
    first_trained: int,
    rows: Sequence[TokenRow],
    device: torch.device,
) -> FrozenTrunk:
    """
    Runs the layers below `first_trained` over all rows, in an order that depends on the rows alone, so
    that a continued run has bit for bit the same states.
    """
    offsets: dict[str, int] = {}
    total = 0
    for row in rows:
        offsets[row.id] = total
        total += len(row.tokens) - 1
    states: torch.Tensor | None = None
    # Sorted by tokens, neighbours share the longest prefixes.
    order = sorted(rows, key=lambda row: row.tokens)
    handle = layers[first_trained].register_forward_pre_hook(_reach, with_kwargs=True)
    try:
        for start in range(0, len(order), ROWS_PER_PASS):
            part = order[start : start + ROWS_PER_PASS]
            tree = build_tree(part).to(device)
            try:
                model(
                    input_ids=tree.tokens.unsqueeze(0),
                    position_ids=tree.positions.unsqueeze(0),
                    use_cache=False,
                    tree=tree,
                )
                raise RuntimeError("the first trained layer was never reached")
            except _Reached as reached:
                hidden = reached.hidden_states[0]
            if states is None:
                states = torch.empty((total, hidden.shape[1]), dtype=hidden.dtype, device=device)
            for index, row in enumerate(part):
                length = len(row.tokens) - 1
                states[offsets[row.id] : offsets[row.id] + length] = hidden[tree.paths[index, :length]]
    finally:
        handle.remove()
    assert states is not None
    return FrozenTrunk(states, offsets)


def skip_layers(layers: torch.nn.ModuleList, first_trained: int) -> list[torch.nn.Module]:
    """Puts pass-throughs in place of the frozen layers, which are returned; positions stay as they were."""
    frozen = [layers[index] for index in range(first_trained)]
    for index in range(first_trained):
        layers[index] = _PassThrough()
    return frozen


def restore_layers(layers: torch.nn.ModuleList, frozen: Sequence[torch.nn.Module]) -> None:
    for index, layer in enumerate(frozen):
        layers[index] = layer


@contextlib.contextmanager
def whole_model(layers: torch.nn.ModuleList, trunk: FrozenTrunk | None) -> Iterator[None]:
    """All layers in place inside, for rows whose states are not in the cache."""
    frozen = [] if trunk is None else trunk.frozen
    restore_layers(layers, frozen)
    try:
        yield
    finally:
        skip_layers(layers, len(frozen))
