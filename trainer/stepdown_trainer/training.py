"""The `train` verb: one run from rows to an adapter, continued where it stopped."""

from __future__ import annotations

import hashlib
import json
import math
import random
import time
from pathlib import Path
from typing import Any, Mapping

import torch

from . import hardware, trained_state
from .answer_loss import answer_loss
from .checkpoint import Checkpoints, write_folder, write_json
from .divergence import require_finite
from .early_stopping import watch_progress
from .fingerprint import fingerprint
from .input_dropout import without_some_input
from .loss_curve import add_point
from .model import Trainable, load_tokenizer
from .order import batch_indices, epoch_order, split_by_tokens, steps_per_epoch
from .protocol import Events, TrainerError
from .result import train_result
from .rows import TokenRow, answers_too_long, encode, encode_answer, leave_out_too_long, read_rows
from .schedule import learning_rate
from .soft_targets import weighted_answers
from .stop import Stop
from .tree_attention import TREE_ATTENTION
from .trunk import whole_model
from .trunk_choice import frozen_trunk
from .validation_score import is_better, validation_score
from .weight_average import WeightAverage

CHECKPOINT_SECONDS = 30.0
"""An interruption loses at most this much work, plus one step."""
PART_TOKENS = {"cpu": 4096, "mps": 4096, "cuda": 16384}
"""Tokens computed at once; a larger batch is split and its gradients summed."""
CURVE_POINTS = 200
"""Points of the loss curve within a run, besides one at the end of every epoch."""


class Training:
    """Everything a run holds; `state` is the part of it that a checkpoint stores as JSON."""

    def __init__(self, plan: Mapping[str, Any], events: Events, stop: Stop):
        self.plan, self.events, self.stop = plan, events, stop
        self.settings = plan["hyperparameters"]
        self.output = Path(plan["outputDir"])
        self.checkpoints = Checkpoints(self.output)
        torch.set_num_threads(plan["threads"] or hardware.physical_cores())
        self.checkpoint_seconds = plan.get("checkpointSeconds", CHECKPOINT_SECONDS)
        self.device = hardware.device()
        self.fingerprint = fingerprint(plan)

        events.status("reading rows")
        self.tokenizer = load_tokenizer(plan["baseDir"])
        limit, end_of_turn = self.settings["maxLengthTokens"], plan["endOfTurn"]
        rows = read_rows(plan["trainFile"], self.tokenizer, end_of_turn)
        self.rows, self.too_long = leave_out_too_long(rows, limit)
        validation = read_rows(plan["validationFile"], self.tokenizer, end_of_turn)
        self.validation = leave_out_too_long(validation, limit)[0] if validation else []
        self.end_tokens = encode(self.tokenizer, end_of_turn)
        self.answers_too_long = answers_too_long(self.rows, self.end_tokens, plan["maxAnswerTokens"])
        self.label_tokens = [
            encode_answer(self.tokenizer, text, end_of_turn) for text in plan["labelTexts"]
        ]
        self.score = validation_score(self.validation, self.label_tokens, self.end_tokens)

        events.status("loading base weights")
        self._seed(0)
        self.model = Trainable(plan["baseDir"], self.settings, self.device, TREE_ATTENTION)
        self.parameters = self.model.trained
        self.optimizer = torch.optim.AdamW(
            [
                {"params": [p for p in self.parameters.values() if p.ndim >= 2]},
                {"params": [p for p in self.parameters.values() if p.ndim < 2], "weight_decay": 0.0},
            ],
            lr=self.settings["learningRate"],
            weight_decay=self.settings["weightDecay"],
            fused=self.device.type in ("cpu", "cuda"),
        )
        # Kept activations are those of whole rows.
        self.trunk = (
            None
            if self.settings["inputDropout"] > 0
            else frozen_trunk(self.model, [*self._weighted(self.rows), *self.validation], events)
        )

        self.steps_per_epoch = steps_per_epoch(len(self.rows), self.settings["batchSize"])
        self.total_steps = max(1, math.ceil(self.settings["epochs"] * self.steps_per_epoch))
        self.average = WeightAverage(self.parameters, self.total_steps)
        self.best: dict[str, torch.Tensor] | None = None
        self.state: dict[str, Any] = {
            "fingerprint": self.fingerprint,
            "step": 0,
            "pointLoss": [0.0, 0],
            "epochLoss": [0.0, 0],
            "curve": [],
            "bestEpoch": 0,
            "bestValidationLoss": None,
            "bestValidationScore": None,
            "lowestValidationLoss": None,
            "worseEpochs": 0,
            "stoppedEarly": False,
            "tokens": 0,
            "answerTokens": 0,
            "seconds": 0.0,
        }

    def _seed(self, step: int) -> None:
        """Randomness of a step depends on seed and step alone: no generator state has to be stored."""
        digest = hashlib.sha256(f"{self.settings['seed']}\0{step}".encode()).digest()
        number = int.from_bytes(digest[:8], "little")
        random.seed(number)
        torch.manual_seed(number)

    def resume(self) -> bool:
        """Takes up the latest checkpoint of this run. False where there is none."""
        loaded = self.checkpoints.load(self.fingerprint)
        if loaded is None:
            self.checkpoints.clear()
            return False
        self.state, tensors, self.best = loaded
        trained_state.restore(tensors, self.state["step"], self.parameters, self.average, self.optimizer)
        return True

    def save_checkpoint(self, best_is_new: bool = False) -> None:
        tensors = trained_state.collect(self.parameters, self.average, self.optimizer)
        self.checkpoints.save(self.state, tensors, self.best if best_is_new else None)

    def _weighted(self, rows: list[TokenRow]) -> list[TokenRow]:
        """The answers that rows are trained on, row after row."""
        return [answer for row in rows for answer in weighted_answers(row, self.settings["softTargets"])]

    def _loss(self, rows: list[TokenRow]) -> torch.Tensor:
        with self.model.computing():
            return answer_loss(self.model.causal, rows, self.device, self.trunk)

    def step(self) -> tuple[float, float, int]:
        """One optimiser step. Returns mean answer loss, learning rate and tokens."""
        step = self.state["step"]
        epoch, within = divmod(step, self.steps_per_epoch)
        order = epoch_order(self.rows, self.settings["seed"], epoch)
        batch = batch_indices(order, self.settings["batchSize"], within)
        share, seed = self.settings["inputDropout"], self.settings["seed"]
        whole = [without_some_input(self.rows[index], share, seed, step) for index in batch]
        rows = self._weighted(whole)
        answers = sum(row.weight * row.answer_length for row in rows)
        self._seed(step + 1)
        total = 0.0
        for part in split_by_tokens(rows, range(len(rows)), PART_TOKENS[self.device.type]):
            loss = self._loss([rows[index] for index in part])
            (loss / answers).backward()
            total += loss.item()
        require_finite(total, "loss", step + 1)
        # Clipping by a norm that is no number would make all weights so.
        norm = torch.nn.utils.clip_grad_norm_(list(self.parameters.values()), self.settings["maxGradNorm"])
        require_finite(norm.item(), "gradient", step + 1)
        rate = learning_rate(
            step, self.total_steps, self.settings["warmupShare"], self.settings["learningRate"]
        )
        for group in self.optimizer.param_groups:
            group["lr"] = rate
        self.optimizer.step()
        self.optimizer.zero_grad(set_to_none=True)
        self.average.update(step + 1)
        tokens = sum(len(row.tokens) for row in rows)
        self.state["step"] = step + 1
        self.state["tokens"] += tokens
        self.state["answerTokens"] += sum(row.answer_length for row in whole)
        for sums in (self.state["pointLoss"], self.state["epochLoss"]):
            sums[0] += total
            sums[1] += answers
        return total / answers, rate, tokens

    @torch.no_grad()
    def validate(self) -> tuple[float | None, float | None]:
        """Mean answer loss and share of right labels of the validation rows; null where there is none."""
        if not self.validation:
            return None, None
        self.model.causal.eval()
        total, score = 0.0, None
        indices = range(len(self.validation))
        for part in split_by_tokens(self.validation, indices, PART_TOKENS[self.device.type] // 4):
            total += self._loss([self.validation[index] for index in part]).item()
        require_finite(total, "validation loss", self.state["step"])
        if self.score is not None:
            with whole_model(self.model.layers, self.trunk), self.model.computing():
                score = self.score.of(self.model.causal, self.device)
        self.model.causal.train()
        return total / sum(row.answer_length for row in self.validation), score

    def end_epoch(self) -> bool:
        """Judges the averaged weights and adds the epoch to the curve; true where they are the best so far."""
        state = self.state
        epoch = state["step"] / self.steps_per_epoch
        with self.average.applied():
            loss, score = self.validate()
        add_point(state, "epochLoss", epoch, loss, score)
        state["pointLoss"] = [0.0, 0]
        better = is_better(loss, score, state["bestValidationLoss"], state["bestValidationScore"])
        if better:
            state["bestEpoch"] = epoch
            state["bestValidationLoss"], state["bestValidationScore"] = loss, score
            self.best = {name: t.to("cpu", copy=True) for name, t in self.average.tensors.items()}
        watch_progress(state, better, loss, self.settings["patience"], self.total_steps)
        return better

    def run(self) -> dict[str, Any]:
        """Steps to the end or to a signal."""
        if self.resume():
            self.events.status(f"continuing at step {self.state['step']} of {self.total_steps}")
        else:
            self.events.status(f"training {self.total_steps} steps")
        point_every = max(1, self.total_steps // CURVE_POINTS)
        started = last_checkpoint = time.monotonic()
        before, recent = self.state["seconds"], []
        while self.state["step"] < self.total_steps and not self.state["stoppedEarly"]:
            began = time.monotonic()
            loss, rate, tokens = self.step()
            recent = [*recent[-19:], (time.monotonic() - began, tokens)]
            step = self.state["step"]
            last = step == self.total_steps
            epoch_ends = last or step % self.steps_per_epoch == 0
            best_is_new = False
            if epoch_ends:
                best_is_new = self.end_epoch()
            elif step % point_every == 0:
                add_point(self.state, "pointLoss", step / self.steps_per_epoch)
            now = time.monotonic()
            self.state["seconds"] = before + now - started
            self._report(loss, rate, recent, force=last)
            if epoch_ends or self.stop.requested or now - last_checkpoint >= self.checkpoint_seconds:
                self.save_checkpoint(best_is_new)
                last_checkpoint = time.monotonic()
            if self.stop.requested and not last and not self.state["stoppedEarly"]:
                raise TrainerError(
                    "interrupted",
                    "interrupted",
                    f"Stopped at step {step} of {self.total_steps}; a checkpoint is kept",
                    "Run the same command again to continue.",
                )
        return self.finish()

    def _report(self, loss: float, rate: float, recent: list[tuple[float, int]], force: bool) -> None:
        seconds = sum(entry[0] for entry in recent)
        step = self.state["step"]
        self.events.progress(
            {
                "step": step,
                "totalSteps": self.total_steps,
                "epoch": step / self.steps_per_epoch,
                "loss": loss,
                "learningRate": rate,
                "tokensPerSecond": sum(entry[1] for entry in recent) / seconds,
                "etaSeconds": (self.total_steps - step) * seconds / len(recent),
                "memoryBytes": hardware.used_memory_bytes(self.device),
            },
            force,
        )

    def finish(self) -> dict[str, Any]:
        """Keeps the weights of the best epoch and writes the result."""
        assert self.best is not None
        self.average.restore(self.best)
        folder = "adapter" if self.settings["method"] != "full" else "model"

        def save(part: Path) -> None:
            self.model.save(str(part), self.plan["baseName"])
            if self.settings["method"] == "full":
                self.tokenizer.save_pretrained(str(part))

        with self.average.applied():
            write_folder(self.output / folder, save)
        result = train_result(self, folder)
        write_json(self.output / "result.json", {"fingerprint": self.fingerprint, "result": result})
        self.checkpoints.clear()
        return result


def run(plan: Mapping[str, Any], events: Events, stop: Stop) -> dict[str, Any]:
    """Trains by a TrainPlan. A run that has finished before is not repeated. Returns a TrainResult."""
    finished = Path(plan["outputDir"]) / "result.json"
    if finished.exists():
        with open(finished, encoding="utf-8") as file:
            stored = json.load(file)
        if stored["fingerprint"] == fingerprint(plan):
            return stored["result"]
    return Training(plan, events, stop).run()
