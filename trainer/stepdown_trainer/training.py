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

from . import hardware, versions
from .answer_loss import answer_loss
from .checkpoint import Checkpoints, write_folder, write_json
from .fingerprint import fingerprint
from .model import Trainable, load_tokenizer
from .order import batch_indices, epoch_order, split_by_tokens, steps_per_epoch
from .protocol import Events, TrainerError
from .rows import TokenRow, encode, encode_answer, leave_out_too_long, read_rows
from .schedule import learning_rate
from .stop import Stop
from .tree_attention import TREE_ATTENTION
from .trunk_choice import frozen_trunk

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
        limit = self.settings["maxLengthTokens"]
        self.rows, self.too_long = leave_out_too_long(read_rows(plan["trainFile"], self.tokenizer), limit)
        validation = read_rows(plan["validationFile"], self.tokenizer)
        self.validation = leave_out_too_long(validation, limit)[0] if validation else []

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
        self.trunk = frozen_trunk(self.model, [*self.rows, *self.validation], events)

        self.steps_per_epoch = steps_per_epoch(len(self.rows), self.settings["batchSize"])
        self.total_steps = max(1, math.ceil(self.settings["epochs"] * self.steps_per_epoch))
        self.best: dict[str, torch.Tensor] | None = None
        self.state: dict[str, Any] = {
            "fingerprint": self.fingerprint,
            "step": 0,
            "pointLoss": [0.0, 0],
            "epochLoss": [0.0, 0],
            "curve": [],
            "bestEpoch": 0,
            "bestValidationLoss": None,
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
        self._set_parameters({name: tensors[f"parameter.{name}"] for name in self.parameters})
        for name, parameter in self.parameters.items():
            self.optimizer.state[parameter] = {
                "step": torch.tensor(float(self.state["step"])),
                "exp_avg": tensors[f"exp_avg.{name}"].to(self.device).clone(),
                "exp_avg_sq": tensors[f"exp_avg_sq.{name}"].to(self.device).clone(),
            }
        return True

    @torch.no_grad()
    def _set_parameters(self, tensors: Mapping[str, torch.Tensor]) -> None:
        for name, parameter in self.parameters.items():
            parameter.copy_(tensors[name])

    def save_checkpoint(self, best_is_new: bool = False) -> None:
        tensors = {f"parameter.{name}": p.detach() for name, p in self.parameters.items()}
        for name, parameter in self.parameters.items():
            moments = self.optimizer.state[parameter]
            tensors[f"exp_avg.{name}"] = moments["exp_avg"]
            tensors[f"exp_avg_sq.{name}"] = moments["exp_avg_sq"]
        self.checkpoints.save(self.state, tensors, self.best if best_is_new else None)

    def _loss(self, rows: list[TokenRow]) -> torch.Tensor:
        with self.model.computing():
            return answer_loss(self.model.causal, rows, self.device, self.trunk)

    def step(self) -> tuple[float, float, int]:
        """One optimiser step. Returns mean answer loss, learning rate and tokens."""
        step = self.state["step"]
        epoch, within = divmod(step, self.steps_per_epoch)
        order = epoch_order(self.rows, self.settings["seed"], epoch)
        batch = batch_indices(order, self.settings["batchSize"], within)
        answers = sum(self.rows[index].answer_length for index in batch)
        self._seed(step + 1)
        total = 0.0
        for part in split_by_tokens(self.rows, batch, PART_TOKENS[self.device.type]):
            loss = self._loss([self.rows[index] for index in part])
            (loss / answers).backward()
            total += loss.item()
        if not math.isfinite(total):
            raise TrainerError(
                "data",
                "training-diverged",
                f"The loss is no number any more at step {step + 1}",
                "Lower train.learningRate in stepdown.yaml, a third of it is a good next try.",
            )
        torch.nn.utils.clip_grad_norm_(list(self.parameters.values()), self.settings["maxGradNorm"])
        rate = learning_rate(
            step, self.total_steps, self.settings["warmupShare"], self.settings["learningRate"]
        )
        for group in self.optimizer.param_groups:
            group["lr"] = rate
        self.optimizer.step()
        self.optimizer.zero_grad(set_to_none=True)
        tokens = sum(len(self.rows[index].tokens) for index in batch)
        self.state["step"] = step + 1
        self.state["tokens"] += tokens
        self.state["answerTokens"] += answers
        for sums in (self.state["pointLoss"], self.state["epochLoss"]):
            sums[0] += total
            sums[1] += answers
        return total / answers, rate, tokens

    @torch.no_grad()
    def validate(self) -> float | None:
        """Mean answer loss of the validation rows; null where there are none."""
        if not self.validation:
            return None
        self.model.causal.eval()
        total = 0.0
        indices = range(len(self.validation))
        for part in split_by_tokens(self.validation, indices, PART_TOKENS[self.device.type] // 4):
            total += self._loss([self.validation[index] for index in part]).item()
        self.model.causal.train()
        return total / sum(row.answer_length for row in self.validation)

    def end_epoch(self) -> bool:
        """Adds the epoch to the loss curve; true where its weights are the best so far."""
        state = self.state
        epoch = state["step"] / self.steps_per_epoch
        loss = self.validate()
        self._add_point("epochLoss", loss)
        state["pointLoss"] = [0.0, 0]
        better = loss is None or state["bestValidationLoss"] is None or loss < state["bestValidationLoss"]
        if better:
            state["bestEpoch"], state["bestValidationLoss"], state["worseEpochs"] = epoch, loss, 0
            self.best = {name: p.detach().to("cpu", copy=True) for name, p in self.parameters.items()}
        else:
            state["worseEpochs"] += 1
            patience = self.settings["patience"]
            state["stoppedEarly"] = (
                patience is not None
                and state["worseEpochs"] >= patience
                and state["step"] < self.total_steps
            )
        return better

    def _add_point(self, sums: str, validation_loss: float | None) -> None:
        total, answers = self.state[sums]
        self.state["curve"].append(
            {
                "step": self.state["step"],
                "epoch": self.state["step"] / self.steps_per_epoch,
                "trainLoss": total / answers if answers else None,
                "validationLoss": validation_loss,
            }
        )
        self.state[sums] = [0.0, 0]

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
                self._add_point("pointLoss", None)
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
        self._set_parameters(self.best)
        folder = "adapter" if self.settings["method"] != "full" else "model"

        def save(part: Path) -> None:
            self.model.save(str(part))
            if self.settings["method"] == "full":
                self.tokenizer.save_pretrained(str(part))

        write_folder(self.output / folder, save)
        state, end_of_turn = self.state, self.plan["endOfTurn"]
        result = {
            "adapterDir": folder,
            "method": self.settings["method"],
            "steps": state["step"],
            "bestEpoch": state["bestEpoch"],
            "bestValidationLoss": state["bestValidationLoss"],
            "stoppedEarly": state["stoppedEarly"],
            "trainTokens": state["tokens"],
            "answerTokens": state["answerTokens"],
            "tokensPerSecond": state["tokens"] / state["seconds"],
            "seconds": state["seconds"],
            "peakMemoryBytes": hardware.peak_memory_bytes(self.device),
            "device": self.device.type,
            "precision": self.model.precision,
            "trainableParameters": sum(p.numel() for p in self.parameters.values()),
            "parameters": self.model.parameter_count,
            "lossCurve": state["curve"],
            "labelTokens": [
                encode_answer(self.tokenizer, text, end_of_turn) for text in self.plan["labelTexts"]
            ],
            "endOfTurnTokens": encode(self.tokenizer, end_of_turn),
            "versions": versions.packages(),
            "tooLong": self.too_long,
        }
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
