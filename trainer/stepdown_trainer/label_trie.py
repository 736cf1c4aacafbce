"""Probability of every label under label-constrained decoding, through a trie of the labels' tokens."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Mapping, Sequence

Prefix = tuple[int, ...]


@dataclass(frozen=True)
class LabelTrie:
    """
    Where decoding under the labels has a choice. Each label ends with the end of turn, so where one label
    begins another, ending is one of the choices. Tokens without an alternative have probability 1.
    """

    sequences: tuple[Prefix, ...]
    """Tokens of every label followed by the end of turn."""
    branches: dict[Prefix, tuple[int, ...]]
    """Next tokens, ascending, after every prefix that has more than one."""

    def log_probabilities(self, at_branch: Mapping[Prefix, Mapping[int, float]]) -> list[float]:
        """
        Natural logarithms in the order of the labels. `at_branch` gives, for every branch, the
        log-probability of each of its tokens among the branch's tokens only.
        """
        return [
            math.fsum(
                at_branch[sequence[:length]][token]
                for length, token in enumerate(sequence)
                if sequence[:length] in self.branches
            )
            for sequence in self.sequences
        ]


def build_trie(labels: Sequence[Sequence[int]], end_of_turn: Sequence[int]) -> LabelTrie:
    """@raises ValueError where two labels have the same tokens."""
    sequences = tuple((*label, *end_of_turn) for label in labels)
    if len(set(sequences)) != len(sequences):
        raise ValueError("two labels have the same tokens")
    following: dict[Prefix, set[int]] = {}
    for sequence in sequences:
        for length, token in enumerate(sequence):
            following.setdefault(sequence[:length], set()).add(token)
    branches = {prefix: tuple(sorted(tokens)) for prefix, tokens in following.items() if len(tokens) > 1}
    return LabelTrie(sequences, branches)
