"""Training against a teacher's distribution over answers: the loss and its gradient, and what a run does with it."""

from __future__ import annotations

import io
import math
from pathlib import Path
from typing import Any

import pytest
import torch
from conftest import END, training_rows, write_rows
from transformers import AutoModelForCausalLM

from stepdown_trainer import training
from stepdown_trainer.answer_loss import answer_loss
from stepdown_trainer.model import load_tokenizer
from stepdown_trainer.protocol import Events, TrainerError
from stepdown_trainer.rows import TokenRow, leave_out_too_long, read_rows
from stepdown_trainer.soft_targets import weighted_answers
from stepdown_trainer.stop import Stop
from stepdown_trainer.tree_attention import TREE_ATTENTION

CPU = torch.device("cpu")
ROW = TokenRow("r", (1, 4, 5, 2, 7, 9), 4, teacher=(((7, 9), 0.6), ((7, 8, 9), 0.3), ((6, 9), 0.1)))


def log_likelihood(model: torch.nn.Module, prompt: tuple[int, ...], answer: tuple[int, ...]) -> torch.Tensor:
    """Of a whole answer by the chain rule, with no batch, no tree and no library loss."""
    logits = model(input_ids=torch.tensor([prompt + answer])).logits[0]
    steps = [
        logits[len(prompt) + place - 1].log_softmax(-1)[token] for place, token in enumerate(answer)
    ]
    return torch.stack(steps).sum()


@pytest.mark.parametrize("share", [0.5, 1.0])
def test_loss_and_gradient_are_those_of_the_cross_entropy_against_the_mixture(base_dir: str, share: float) -> None:
    by_hand = AutoModelForCausalLM.from_pretrained(base_dir, attn_implementation="eager").double()
    tree = AutoModelForCausalLM.from_pretrained(base_dir, attn_implementation=TREE_ATTENTION).double()
    prompt = ROW.tokens[: ROW.prompt_length]
    target = {(7, 9): 1 - share + share * 0.6, (7, 8, 9): share * 0.3, (6, 9): share * 0.1}
    expected = -sum(weight * log_likelihood(by_hand, prompt, answer) for answer, weight in target.items())
    actual = answer_loss(tree, weighted_answers(ROW, share), CPU, None)
    torch.testing.assert_close(actual, expected, rtol=1e-5, atol=1e-5, check_dtype=False)
    expected.backward()
    actual.backward()
    for (name, left), (_, right) in zip(by_hand.named_parameters(), tree.named_parameters(), strict=True):
        difference = (right.grad - left.grad).abs().max() / left.grad.abs().max()
        # Logits are taken to fp32 for the loss, in the tree and not by hand.
        assert difference < 1e-5, (name, difference)


def test_weights_are_a_distribution_and_answers_with_equal_tokens_are_one() -> None:
    row = TokenRow("r", (1, 2, 7, 9), 2, teacher=(((8, 9), 0.25), ((7, 9), 0.5), ((8, 9), 0.25)))
    answers = weighted_answers(row, 0.5)
    assert [(answer.tokens, answer.weight) for answer in answers] == [((1, 2, 7, 9), 0.75), ((1, 2, 8, 9), 0.25)]
    assert answers[0].id == "r"
    assert len({answer.id for answer in answers}) == 2


def test_without_a_share_or_a_teacher_the_row_stays_as_it_is() -> None:
    plain = TokenRow("r", (1, 2, 7, 9), 2)
    assert weighted_answers(plain, 0.5) == [plain]
    assert weighted_answers(ROW, 0.0) == [ROW]


def test_a_teacher_whose_answer_is_too_long_leaves_the_row_out() -> None:
    rows = [TokenRow(str(index), (1, 2, 7, 9), 2) for index in range(20)]
    long = TokenRow("long", (1, 2, 7, 9), 2, teacher=(((7, 8, 8, 8, 9), 1.0),))
    assert leave_out_too_long([*rows, long], 6)[1] == ["long"]
    with pytest.raises(TrainerError, match="longest has 7"):
        leave_out_too_long([long], 6)


def test_answers_of_the_teacher_are_read_as_the_row_s_own_is(base_dir: str, tmp_path: Path) -> None:
    said = [{"completion": f"Leakage {END}", "probability": 0.7}, {"completion": f"other {END}", "probability": 0.3}]
    row = {"id": "r", "prompt": "Q leak A", "inputSpan": None, "completion": f"Leakage {END}", "teacher": said}
    [read] = read_rows(write_rows(tmp_path / "rows.jsonl", [row]), load_tokenizer(base_dir), END)
    assert read.teacher[0] == (read.tokens[read.prompt_length :], 0.7)
    assert read.teacher[1][1] == 0.3


def doubting(count: int) -> list[dict[str, Any]]:
    """Rows whose teacher finds another label nearly as probable as the row's own."""
    return [
        {
            **row,
            "teacher": [
                {"completion": row["completion"], "probability": 0.5},
                {"completion": f"other {END}", "probability": 0.5},
            ],
        }
        for row in training_rows(count)
    ]


@pytest.mark.parametrize(("layer_share", "input_dropout"), [(0.5, 0.0), (1.0, 0.3)])
def test_a_run_on_soft_targets_stays_as_unsure_as_its_teacher(
    plan: dict[str, Any], layer_share: float, input_dropout: float
) -> None:
    write_rows(Path(plan["trainFile"]), doubting(30))
    plan["hyperparameters"] |= {"epochs": 8, "layerShare": layer_share, "inputDropout": input_dropout}

    def loss(share: float) -> float:
        chosen = {**plan, "hyperparameters": {**plan["hyperparameters"], "softTargets": share}}
        chosen["outputDir"] = f"{plan['outputDir']}-{share}"
        result = training.run(chosen, Events(io.StringIO()), Stop())
        assert result["answerTokens"] == sum(len(row["completion"].split()) for row in doubting(30)) * 8
        return result["lossCurve"][-1]["trainLoss"]

    # Half the mass on another label: nothing gets below ln 2 a row, which has 65 tokens for 30 rows, each by its weight.
    floor = 30 * math.log(2) / 65
    assert loss(0.0) < floor < loss(1.0)
