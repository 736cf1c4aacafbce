"""The share of right labels, and the rule by which it chooses an epoch."""

from __future__ import annotations

import pytest
import torch
from transformers import AutoModelForCausalLM

from stepdown_trainer import label_scores
from stepdown_trainer.label_scores import best_labels
from stepdown_trainer.label_trie import build_trie
from stepdown_trainer.rows import TokenRow
from stepdown_trainer.token_tree import build_tree
from stepdown_trainer.tree_attention import TREE_ATTENTION
from stepdown_trainer.validation_score import MOST_ROWS, is_better, validation_score

LABELS, END = [[7], [8], [8, 9]], [13]
CPU = torch.device("cpu")


def row(prompt: list[int], answer: list[int]) -> TokenRow:
    return TokenRow(str(prompt), (*prompt, *answer), len(prompt))


def test_it_is_the_share_of_rows_whose_likeliest_label_is_their_answer(base_dir: str) -> None:
    model = AutoModelForCausalLM.from_pretrained(base_dir, attn_implementation=TREE_ATTENTION)
    prompts = [[1, 3 + index % 4, 2] for index in range(70)]
    likeliest = best_labels(model, prompts, build_trie(LABELS, END), CPU)
    wrong = {0, 33, 69}
    rows = [
        row(prompt, [*LABELS[(label + (index in wrong)) % 3], *END])
        for index, (prompt, (label, _)) in enumerate(zip(prompts, likeliest, strict=True))
    ]
    score = validation_score(rows, LABELS, END)
    assert score is not None
    assert score.of(model, CPU) == pytest.approx(67 / 70)


def test_long_prompts_are_scored_in_passes_that_fit_and_as_in_one(
    base_dir: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    model = AutoModelForCausalLM.from_pretrained(base_dir, attn_implementation=TREE_ATTENTION)
    prompts = [[1, *[3 + index % 4] * (index % 9), 2] for index in range(30)]
    trie = build_trie(LABELS, END)
    whole = best_labels(model, prompts, trie, CPU)
    sizes: list[int] = []

    def recorded(rows: list[TokenRow]) -> object:
        sizes.append(sum(len(each.tokens) for each in rows))
        return build_tree(rows)

    monkeypatch.setattr(label_scores, "build_tree", recorded)
    monkeypatch.setattr(label_scores, "PASS_TOKENS", 60)
    parts = best_labels(model, prompts, trie, CPU)
    assert [label for label, _ in parts] == [label for label, _ in whole]
    assert [share for _, share in parts] == pytest.approx([share for _, share in whole])
    # A row is its prompt, at most one token of a label, and one that is not computed.
    assert len(sizes) > 5 and max(sizes) <= 60 * 2


def test_there_is_none_without_labels_rows_or_answers_among_the_labels() -> None:
    rows = [row([1, 3], [7, 13])]
    assert validation_score(rows, LABELS, END) is not None
    assert validation_score([], LABELS, END) is None
    assert validation_score(rows, [], END) is None
    assert validation_score(rows, [[7], [7]], END) is None
    assert validation_score([*rows, row([1, 3], [10, 13])], LABELS, END) is None


def test_of_many_rows_it_scores_an_even_share(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[tuple[int, ...]] = []

    def recorded(_model: object, prompts: list[tuple[int, ...]], *_: object) -> list[tuple[int, float]]:
        seen.extend(prompts)
        return [(0, 1.0)] * len(prompts)

    monkeypatch.setattr("stepdown_trainer.validation_score.best_labels", recorded)
    score = validation_score([row([index], [7, 13]) for index in range(3 * MOST_ROWS)], LABELS, END)
    assert score is not None
    assert score.of(None, CPU) == 1
    assert seen == [(index,) for index in range(0, 3 * MOST_ROWS, 3)]


@pytest.mark.parametrize(
    ("loss", "score", "best_loss", "best_score", "better"),
    [
        (0.9, 0.5, None, None, True),
        (0.9, 0.6, 0.1, 0.5, True),
        (0.1, 0.4, 0.9, 0.5, False),
        (0.1, 0.5, 0.9, 0.5, True),
        (0.9, 0.5, 0.9, 0.5, False),
        (0.1, None, 0.9, None, True),
        (0.9, None, 0.1, None, False),
        (None, None, None, None, True),
    ],
)
def test_the_score_counts_first_and_the_loss_breaks_ties(
    loss: float | None, score: float | None, best_loss: float | None, best_score: float | None, better: bool
) -> None:
    assert is_better(loss, score, best_loss, best_score) is better
