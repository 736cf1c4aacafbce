"""Greedy answers of trained weights, as the served model gives them."""

from __future__ import annotations

import io
import json
import shutil
from pathlib import Path
from typing import Any

from conftest import END, training_rows, write_rows

from stepdown_trainer import answering
from stepdown_trainer.protocol import Events
from stepdown_trainer.stop import Stop


def answers(base_dir: str, folder: Path, limit: int) -> list[dict[str, Any]]:
    folder.mkdir()
    plan = {
        "baseDir": base_dir,
        "adapterDir": None,
        "promptsFile": write_rows(folder / "prompts.jsonl", training_rows(12)),
        "outputFile": str(folder / "answers.jsonl"),
        "labels": None,
        "endOfTurn": END,
        "maxAnswerTokens": limit,
        "threads": 1,
    }
    answering.run(plan, Events(io.StringIO()), Stop())
    return [json.loads(line) for line in Path(plan["outputFile"]).read_text().splitlines()]


def test_an_answer_that_runs_on_is_cut_where_the_served_model_cuts_it(base_dir: str, tmp_path: Path) -> None:
    given = answers(base_dir, tmp_path / "few", 3)
    assert {answer["finishReason"] for answer in given} == {"stop", "length"}
    assert {len(a["answerTokens"]) for a in given if a["finishReason"] == "length"} == {3}


def test_an_answer_that_ends_right_at_the_limit_has_ended() -> None:
    assert answering.cut_at_end([5, 6, 7, 1], [1], 3) == ([5, 6, 7], True)
    assert answering.cut_at_end([5, 6, 7, 8], [1], 3) == ([5, 6, 7], False)


def test_sampling_settings_that_come_with_a_model_change_no_answer(base_dir: str, tmp_path: Path) -> None:
    opinionated = tmp_path / "opinionated"
    shutil.copytree(base_dir, opinionated)
    settings = {"do_sample": True, "temperature": 0.7, "repetition_penalty": 50.0, "no_repeat_ngram_size": 1}
    (opinionated / "generation_config.json").write_text(json.dumps(settings))
    plain = answers(base_dir, tmp_path / "plain", 6)
    assert any(len(set(answer["answerTokens"])) < len(answer["answerTokens"]) for answer in plain)
    assert answers(str(opinionated), tmp_path / "own", 6) == plain
