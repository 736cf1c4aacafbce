"""The best label of each prompt, computed on one token tree per batch of prompts."""

from __future__ import annotations

import math
from typing import Any, Sequence

import torch

from .label_trie import LabelTrie
from .rows import TokenRow
from .token_tree import build_tree


PASS_TOKENS = 1 << 16
"""Tokens of rows in a pass: attention lays a prompt out once for every branch, in all heads."""


def best_labels(
    model: Any, prompts: Sequence[Sequence[int]], trie: LabelTrie, device: torch.device
) -> list[tuple[int, float]]:
    """
    Index and probability of the likeliest label for every prompt; ties go to the earlier label.
    Prompt and label prefixes form a tree, so a prompt is computed once and only tokens that lead to a
    choice are computed at all. Long prompts under many labels are computed in several passes.
    """
    best: list[tuple[int, float]] = []
    part: list[Sequence[int]] = []
    longest = 0
    for prompt in prompts:
        longest = max(longest, len(prompt))
        if part and (len(part) + 1) * len(trie.branches) * longest > PASS_TOKENS:
            best += _best_of_pass(model, part, trie, device)
            part, longest = [], len(prompt)
        part.append(prompt)
    return best + (_best_of_pass(model, part, trie, device) if part else [])


@torch.no_grad()
def _best_of_pass(
    model: Any, prompts: Sequence[Sequence[int]], trie: LabelTrie, device: torch.device
) -> list[tuple[int, float]]:
    prefixes = list(trie.branches)
    # The last token of a row is never computed: any token may stand there.
    rows = [
        TokenRow("", (*prompt, *prefix, 0), len(prompt) + len(prefix))
        for prompt in prompts
        for prefix in prefixes
    ]
    tree = build_tree(rows).to(device)
    logits = model(
        input_ids=tree.tokens.unsqueeze(0),
        position_ids=tree.positions.unsqueeze(0),
        logits_to_keep=tree.answer_nodes,
        use_cache=False,
        tree=tree,
    ).logits[0]
    best = []
    for index in range(len(prompts)):
        at_branch = {}
        for offset, prefix in enumerate(prefixes):
            tokens = trie.branches[prefix]
            among = logits[index * len(prefixes) + offset, list(tokens)].double().log_softmax(-1)
            at_branch[prefix] = dict(zip(tokens, among.tolist(), strict=True))
        scores = trie.log_probabilities(at_branch)
        winner = max(range(len(scores)), key=lambda label: scores[label])
        best.append((winner, math.exp(scores[winner])))
    return best
