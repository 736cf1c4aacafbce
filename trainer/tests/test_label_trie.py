"""Constrained probabilities through the trie equal those computed label by label."""

from __future__ import annotations

import itertools
import math

import pytest
import torch
from transformers import AutoModelForCausalLM

from stepdown_trainer.label_scores import best_labels
from stepdown_trainer.label_trie import build_trie
from stepdown_trainer.tree_attention import TREE_ATTENTION

LABELS = [[7], [8], [8, 9], [8, 9, 10], [11, 4], [11, 5]]
END = [13]


def constrained(model: torch.nn.Module, prompt: list[int], labels: list[list[int]]) -> list[float]:
    """Label by label: at each token, softmax over the tokens with which some label goes on."""
    sequences = [[*label, *END] for label in labels]
    probabilities = []
    for sequence in sequences:
        probability = 1.0
        for length, token in enumerate(sequence):
            allowed = sorted({s[length] for s in sequences if s[:length] == sequence[:length] and len(s) > length})
            logits = model(input_ids=torch.tensor([prompt + sequence[:length]])).logits[0, -1]
            probability *= logits[allowed].double().softmax(-1)[allowed.index(token)].item()
        probabilities.append(probability)
    return probabilities


def test_the_end_of_turn_is_a_choice_where_one_label_begins_another() -> None:
    trie = build_trie(LABELS, END)
    assert trie.branches == {(): (7, 8, 11), (8,): (9, 13), (8, 9): (10, 13), (11,): (4, 5)}


def test_labels_with_equal_tokens_are_refused() -> None:
    with pytest.raises(ValueError, match="same tokens"):
        build_trie([[7], [7]], END)


@torch.no_grad()
def test_best_label_and_probability_equal_those_computed_label_by_label(base_dir: str) -> None:
    plain = AutoModelForCausalLM.from_pretrained(base_dir, attn_implementation="eager").eval()
    tree = AutoModelForCausalLM.from_pretrained(base_dir, attn_implementation=TREE_ATTENTION).eval()
    prompts = [[1, *words, 2] for words in itertools.product([3, 4, 5], repeat=2)]
    answers = best_labels(tree, prompts, build_trie(LABELS, END), torch.device("cpu"))
    for prompt, (label, probability) in zip(prompts, answers, strict=True):
        expected = constrained(plain, prompt, LABELS)
        assert math.isclose(sum(expected), 1.0, abs_tol=1e-6)
        assert label == expected.index(max(expected))
        assert math.isclose(probability, max(expected), rel_tol=1e-4)
