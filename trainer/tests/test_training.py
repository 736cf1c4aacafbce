"""Training in processes of their own, as the product starts them: killed, stopped, continued."""

from __future__ import annotations

import io
import json
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from conftest import END, training_rows, write_rows
from safetensors.torch import load_file

from stepdown_trainer import answering, training
from stepdown_trainer.protocol import Events, TrainerError
from stepdown_trainer.rows import TokenRow, leave_out_too_long
from stepdown_trainer.stop import Stop

ROOT = Path(__file__).parents[1]


def start(plan: dict[str, Any]) -> subprocess.Popen[str]:
    request = Path(plan["outputDir"]).with_suffix(".json")
    request.write_text(json.dumps(plan))
    return subprocess.Popen(
        [sys.executable, "-m", "stepdown_trainer", "train", "--request", str(request)],
        cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip


def events(output: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in output.splitlines()]


def train(plan: dict[str, Any]) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    stream = io.StringIO()
    result = training.run(plan, Events(stream, progress_interval_seconds=0), Stop())
    return result, events(stream.getvalue())


def adapter(plan: dict[str, Any]) -> dict[str, Any]:
    return load_file(Path(plan["outputDir"]) / "adapter" / "adapter_model.safetensors")


def assert_same(left: dict[str, Any], right: dict[str, Any]) -> None:
    assert left.keys() == right.keys()
    for name, tensor in left.items():
        assert tensor.equal(right[name]), name


def test_training_learns_and_reports_every_step(plan: dict[str, Any]) -> None:
    result, seen = train(plan)
    losses = [point["validationLoss"] for point in result["lossCurve"] if point["validationLoss"] is not None]
    assert len(losses) == 3
    assert losses[-1] < losses[0]
    steps = [event["step"] for event in seen if event["event"] == "progress"]
    assert steps == list(range(1, 25))
    assert result["steps"] == 24
    assert [len(tokens) for tokens in result["labelTokens"]] == [1, 1, 2]
    assert result["labelTokens"][2][0] == result["labelTokens"][1][0]
    assert len(result["endOfTurnTokens"]) == 1


@pytest.mark.parametrize("input_dropout", [0.0, 0.4])
def test_killed_at_any_moment_it_ends_as_the_unbroken_run(
    plan: dict[str, Any], tmp_path: Path, input_dropout: float
) -> None:
    plan["hyperparameters"]["inputDropout"] = input_dropout
    whole, _ = train(plan)
    broken = {**plan, "outputDir": str(tmp_path / "broken"), "checkpointSeconds": 0}
    for kill_at in (2, 9, 17):
        process = start(broken)
        assert process.stdout is not None
        for line in process.stdout:
            event = json.loads(line)
            if event["event"] == "progress" and event["step"] >= kill_at:
                break
        process.kill()
        process.communicate()
        assert process.returncode == -signal.SIGKILL
    process = start(broken)
    output, log = process.communicate()
    assert process.returncode == 0, log
    texts = [event["text"] for event in events(output) if event["event"] == "status"]
    assert any(text.startswith("continuing at step") for text in texts)
    result = events(output)[-1]["result"]
    assert result["lossCurve"] == whole["lossCurve"]
    assert result["trainTokens"] == whole["trainTokens"]
    assert_same(adapter(broken), adapter(plan))


@pytest.mark.parametrize("layer_share", [0.5, 1])
def test_input_tokens_can_be_left_out_also_where_lower_layers_are_frozen(
    plan: dict[str, Any], tmp_path: Path, layer_share: float
) -> None:
    plan["hyperparameters"] |= {"epochs": 8, "layerShare": layer_share}
    whole, _ = train(plan)
    dropping = {**plan, "outputDir": str(tmp_path / "dropping")}
    dropping["hyperparameters"] = {**plan["hyperparameters"], "inputDropout": 0.4}
    result, _ = train(dropping)
    assert result["trainTokens"] < whole["trainTokens"]
    # Of the answer nothing is ever left out, and validation rows are always whole.
    assert result["answerTokens"] == whole["answerTokens"]
    assert result["trainableParameters"] == whole["trainableParameters"]
    losses = [point["validationLoss"] for point in result["lossCurve"] if point["validationLoss"] is not None]
    assert min(losses) < losses[0]
    # The label follows from the first word alone, which is left out of 4 rows in 10.
    assert result["bestValidationScore"] >= 8 / 9


def test_another_share_of_input_does_not_continue_the_old_checkpoint(plan: dict[str, Any]) -> None:
    first, _ = train(plan)
    plan["hyperparameters"]["inputDropout"] = 0.4
    second, seen = train(plan)
    assert second["lossCurve"] != first["lossCurve"]
    assert not any("continuing" in event.get("text", "") for event in seen)


def test_an_interruption_keeps_a_checkpoint_and_says_so(plan: dict[str, Any]) -> None:
    plan["hyperparameters"]["epochs"] = 2000
    process = start(plan)
    assert process.stdout is not None
    for line in process.stdout:
        if json.loads(line)["event"] == "progress":
            break
    process.send_signal(signal.SIGINT)
    output, log = process.communicate()
    assert process.returncode == 130, log
    error = events(output)[-1]
    assert (error["event"], error["code"], error["category"]) == ("error", "interrupted", "interrupted")
    kept = list((Path(plan["outputDir"]) / "checkpoints").iterdir())
    assert len(kept) == 1 and (kept[0] / "state.json").exists()


def test_other_rows_do_not_continue_the_old_checkpoint(plan: dict[str, Any]) -> None:
    first, _ = train(plan)
    write_rows(Path(plan["trainFile"]), training_rows(24))
    second, seen = train(plan)
    assert second["steps"] == 18
    assert not any("continuing" in event.get("text", "") for event in seen)
    assert first["steps"] == 24


def test_a_finished_run_is_not_repeated(plan: dict[str, Any]) -> None:
    first, _ = train(plan)
    again, seen = train(plan)
    assert again == first
    assert not any(event["event"] == "progress" for event in seen)


def test_it_stops_early_and_keeps_the_best_epoch(plan: dict[str, Any]) -> None:
    # Validation rows that contradict the training rows get worse as training goes on.
    wrong = [{**row, "completion": f"other {END}"} for row in training_rows(9, 100)]
    write_rows(Path(plan["validationFile"]), wrong)
    plan["hyperparameters"] |= {"epochs": 10, "patience": 2}
    result, _ = train(plan)
    assert result["stoppedEarly"]
    points = [point for point in result["lossCurve"] if point["validationLoss"] is not None]
    assert [point["validationScore"] for point in points] == [None] * len(points)
    assert result["bestValidationScore"] is None
    losses = [point["validationLoss"] for point in points]
    assert result["bestValidationLoss"] == min(losses)
    assert losses.index(min(losses)) + 1 == result["bestEpoch"]
    assert len(losses) == result["bestEpoch"] + 2


def test_it_goes_on_while_either_score_or_loss_improves(
    plan: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    judged = iter([(3.0, 0.3), (1.0, 0.2), (1.2, 0.4), (0.9, 0.1), (1.3, 0.4), (0.8, 0.5)])
    monkeypatch.setattr(training.Training, "validate", lambda self: next(judged))
    plan["hyperparameters"] |= {"epochs": 6, "patience": 1}
    result, _ = train(plan)
    # Epochs 2 and 4 have the lowest loss so far, 3 the highest score; 5 has neither.
    assert result["stoppedEarly"]
    assert len([point for point in result["lossCurve"] if point["validationLoss"] is not None]) == 5
    assert result["bestEpoch"] == 3


@pytest.mark.parametrize("layer_share", [0.5, 1])
def test_a_classifier_is_judged_by_the_labels_it_gets_right(
    plan: dict[str, Any], tmp_path: Path, layer_share: float
) -> None:
    # Two of nine rows contradict the training rows: their loss rises while more of the others are right.
    rows = training_rows(9, 100)
    rows[:2] = [{**row, "completion": f"{label} {END}"} for row, label in zip(rows, ("Leakage", "Breakdown"))]
    write_rows(Path(plan["validationFile"]), rows)
    plan["hyperparameters"] |= {"epochs": 12, "layerShare": layer_share}
    result, _ = train(plan)
    points = [point for point in result["lossCurve"] if point["validationScore"] is not None]
    assert [point["epoch"] for point in points] == list(range(1, 13))
    best = max(points, key=lambda point: (point["validationScore"], -point["validationLoss"]))
    assert result["bestEpoch"] == best["epoch"]
    assert result["bestValidationScore"] == best["validationScore"] >= 6 / 9
    # The weights that were written are those that were judged.
    answer_plan = {
        "baseDir": plan["baseDir"],
        "adapterDir": str(Path(plan["outputDir"]) / "adapter"),
        "promptsFile": plan["validationFile"],
        "outputFile": str(tmp_path / "answers.jsonl"),
        "labels": plan["labelTexts"],
        "endOfTurn": END,
        "maxAnswerTokens": 5,
        "threads": 1,
    }
    answering.run(answer_plan, Events(io.StringIO()), Stop())
    answers = [json.loads(line) for line in Path(answer_plan["outputFile"]).read_text().splitlines()]
    right = [a["best"]["label"] == r["completion"].removesuffix(f" {END}") for a, r in zip(answers, rows)]
    assert sum(right) / 9 == result["bestValidationScore"]


def test_an_adapter_names_its_base_as_others_find_it(plan: dict[str, Any]) -> None:
    train(plan)
    folder = Path(plan["outputDir"]) / "adapter"
    assert json.loads((folder / "adapter_config.json").read_text())["base_model_name_or_path"] == "org/tiny"
    assert sorted(file.name for file in folder.iterdir()) == ["adapter_config.json", "adapter_model.safetensors"]


def test_it_ends_when_the_program_that_started_it_is_gone_and_is_continued(plan: dict[str, Any]) -> None:
    plan |= {"checkpointSeconds": 0}
    plan["hyperparameters"] |= {"epochs": 400}
    request = Path(plan["outputDir"]).with_suffix(".json")
    request.write_text(json.dumps(plan))
    process = subprocess.Popen(
        [sys.executable, "-m", "stepdown_trainer", "train", "--end-with-parent", "--request", str(request)],
        cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
    )  # fmt: skip
    assert process.stdin is not None and process.stdout is not None
    # What is told of the second step comes after the checkpoint of the first.
    while json.loads(process.stdout.readline()).get("step", 0) < 2:
        pass
    process.stdin.close()
    assert process.wait() == 130
    assert not (Path(plan["outputDir"]) / "result.json").exists()
    assert list((Path(plan["outputDir"]) / "checkpoints").iterdir())


def test_full_fine_tuning_writes_a_whole_model(plan: dict[str, Any]) -> None:
    plan["hyperparameters"] |= {"method": "full", "epochs": 1, "learningRate": 1e-3}
    result, _ = train(plan)
    assert result["adapterDir"] == "model"
    assert result["trainableParameters"] == result["parameters"]
    assert (Path(plan["outputDir"]) / "model" / "model.safetensors").exists()


def test_qlora_without_a_gpu_is_refused_with_what_to_change(plan: dict[str, Any]) -> None:
    plan["hyperparameters"]["method"] = "qlora"
    with pytest.raises(TrainerError, match="GPU") as caught:
        train(plan)
    assert caught.value.code == "qlora-needs-gpu"
    assert "train.method" in caught.value.hint


def test_a_few_long_rows_are_left_out_and_listed_many_stop_the_run() -> None:
    rows = [TokenRow(str(index), (1, 2, 3), 1) for index in range(19)]
    long = TokenRow("long", tuple(range(50)), 1)
    kept, too_long = leave_out_too_long([*rows, long], 10)
    assert (len(kept), too_long) == (19, ["long"])
    with pytest.raises(TrainerError, match="longer than 10 tokens") as caught:
        leave_out_too_long([*rows[:5], long], 10)
    assert caught.value.code == "rows-too-long"


def test_answers_that_would_be_cut_stop_the_run_a_few_are_listed(plan: dict[str, Any]) -> None:
    plan["hyperparameters"]["epochs"] = 1
    # A third of the rows have two words, as "Leakage external".
    with pytest.raises(TrainerError, match="10 of 30 rows have answers of more than 1 tokens") as caught:
        train(plan | {"maxAnswerTokens": 1})
    assert caught.value.code == "answers-too-long"
    assert "task.maxAnswerTokens to 2" in caught.value.hint
    rows = [row for row in training_rows(60) if "external" not in row["completion"]]
    write_rows(Path(plan["trainFile"]), [*rows, training_rows(3)[2]])
    result, _ = train(plan | {"maxAnswerTokens": 1})
    assert result["answersTooLong"] == ["r2"]


@pytest.mark.parametrize("batch_size", [4, 64])
def test_a_diverged_run_says_so_also_after_its_last_step(plan: dict[str, Any], batch_size: int) -> None:
    # With all rows in one batch the only step is fine, and its weights are not.
    plan["hyperparameters"] |= {"learningRate": 1e30, "maxGradNorm": 1e30, "batchSize": batch_size, "epochs": 1}
    with pytest.raises(TrainerError) as caught:
        train(plan)
    assert caught.value.code == "training-diverged"


def test_answers_of_the_trained_adapter_stop_at_the_end_of_turn(plan: dict[str, Any], tmp_path: Path) -> None:
    plan["hyperparameters"]["epochs"] = 12
    train(plan)
    rows = training_rows(30)
    answer_plan = {
        "baseDir": plan["baseDir"],
        "adapterDir": str(Path(plan["outputDir"]) / "adapter"),
        "promptsFile": write_rows(tmp_path / "prompts.jsonl", rows),
        "outputFile": str(tmp_path / "answers.jsonl"),
        "labels": plan["labelTexts"],
        "endOfTurn": END,
        "maxAnswerTokens": 5,
        "threads": 1,
    }
    assert answering.run(answer_plan, Events(io.StringIO()), Stop()) == {"rows": 30}
    answers = [json.loads(line) for line in Path(answer_plan["outputFile"]).read_text().splitlines()]
    assert [answer["id"] for answer in answers] == [row["id"] for row in rows]
    right = [a["best"]["label"] == r["completion"].removesuffix(f" {END}") for a, r in zip(answers, rows)]
    assert sum(right) >= 27
    assert all(a["finishReason"] == "stop" and END not in a["text"] for a in answers if a["text"])
