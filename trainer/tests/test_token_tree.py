"""A tree of rows must give each row what the row alone would get."""

from __future__ import annotations

import random

import pytest
import torch
from torch.nn.functional import cross_entropy
from transformers import AutoModelForCausalLM

from stepdown_trainer.answer_loss import answer_loss
from stepdown_trainer.rows import TokenRow
from stepdown_trainer.token_tree import build_tree
from stepdown_trainer.tree_attention import TREE_ATTENTION
from stepdown_trainer.trunk import compute_trunk, skip_layers

CPU = torch.device("cpu")


def random_rows(count: int, seed: int) -> list[TokenRow]:
    """Rows of small vocabulary, so that prefixes collide often."""
    source = random.Random(seed)
    rows = []
    for index in range(count):
        prompt = [1] + [source.randrange(3, 6) for _ in range(source.randrange(1, 6))] + [2]
        answer = [source.randrange(6, 10) for _ in range(source.randrange(1, 4))]
        rows.append(TokenRow(str(index), tuple(prompt + answer), len(prompt)))
    return rows


def row_by_row(model: torch.nn.Module, rows: list[TokenRow]) -> torch.Tensor:
    total = torch.zeros(())
    for row in rows:
        logits = model(input_ids=torch.tensor([row.tokens])).logits[0]
        answers = range(row.prompt_length, len(row.tokens))
        total = total + cross_entropy(
            logits[[place - 1 for place in answers]], torch.tensor(row.tokens[row.prompt_length :]),
            reduction="sum",
        )  # fmt: skip
    return total


def test_shared_beginnings_become_one_node() -> None:
    tree = build_tree([TokenRow("a", (1, 5, 2, 7, 9), 3), TokenRow("b", (1, 5, 2, 8, 9), 3)])
    assert tree.tokens.tolist() == [1, 5, 2, 7, 8]
    assert tree.positions.tolist() == [0, 1, 2, 3, 3]
    assert tree.paths.tolist() == [[0, 1, 2, 3], [0, 1, 2, 4]]
    assert tree.row_tokens == 10


def test_only_answer_tokens_are_predicted_each_by_the_token_before_it() -> None:
    rows = random_rows(20, 1)
    tree = build_tree(rows)
    expected = [
        (row.tokens[place - 1], row.tokens[place])
        for row in rows
        for place in range(row.prompt_length, len(row.tokens))
    ]
    predicting = tree.tokens[tree.answer_nodes].tolist()
    assert list(zip(predicting, tree.answer_targets.tolist(), strict=True)) == expected


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_loss_and_gradients_equal_those_of_rows_computed_one_by_one(base_dir: str, seed: int) -> None:
    rows = random_rows(12, seed)
    # In double precision rounding explains nothing: what differs is a fault.
    plain = AutoModelForCausalLM.from_pretrained(base_dir, attn_implementation="eager").double()
    tree = AutoModelForCausalLM.from_pretrained(base_dir, attn_implementation=TREE_ATTENTION).double()
    expected, actual = row_by_row(plain, rows), answer_loss(tree, rows, CPU, None)
    torch.testing.assert_close(actual, expected, rtol=1e-5, atol=1e-5, check_dtype=False)
    expected.backward()
    actual.backward()
    for (name, left), (_, right) in zip(plain.named_parameters(), tree.named_parameters(), strict=True):
        difference = (right.grad - left.grad).abs().max() / left.grad.abs().max()
        # Logits are taken to fp32 for the loss, in the tree and not in the reference.
        assert difference < 1e-5, (name, difference)


def test_another_row_in_the_batch_changes_nothing(base_dir: str) -> None:
    model = AutoModelForCausalLM.from_pretrained(base_dir, attn_implementation=TREE_ATTENTION)
    rows = random_rows(8, 5)
    together = answer_loss(model, rows, CPU, None)
    alone = sum(answer_loss(model, [row], CPU, None) for row in rows)
    torch.testing.assert_close(together, alone, rtol=1e-5, atol=1e-5)


def test_a_sliding_window_is_kept(base_dir: str) -> None:
    def windowed(attention: str) -> torch.nn.Module:
        from transformers import MistralConfig, MistralForCausalLM

        torch.manual_seed(1)
        config = MistralConfig(
            vocab_size=15, hidden_size=32, intermediate_size=48, num_hidden_layers=2, num_attention_heads=4,
            num_key_value_heads=2, sliding_window=3, initializer_range=0.2, attn_implementation=attention,
        )  # fmt: skip
        return MistralForCausalLM(config).eval()

    rows = [row for row in random_rows(30, 9) if len(row.tokens) > 6]
    expected, actual = row_by_row(windowed("eager"), rows), answer_loss(windowed(TREE_ATTENTION), rows, CPU, None)
    torch.testing.assert_close(actual, expected, rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize("first_trained", [1, 2, 3])
def test_the_frozen_trunk_computed_once_changes_no_loss(base_dir: str, first_trained: int) -> None:
    model = AutoModelForCausalLM.from_pretrained(base_dir, attn_implementation=TREE_ATTENTION)
    rows = random_rows(40, 4)
    whole = answer_loss(model, rows[:7], CPU, None)
    trunk = compute_trunk(model, model.model.layers, first_trained, rows, CPU)
    skip_layers(model.model.layers, first_trained)
    torch.testing.assert_close(answer_loss(model, rows[:7], CPU, trunk), whole, rtol=1e-5, atol=1e-5)
