"""
Training side by side: stepdown's trainer against plain TRL SFTTrainer + PEFT, on equal rows, steps and settings.

    python bench/training.py --base <hf folder> --rows <jsonl of {input, output}> [--epochs 1] [--rounds 2]

Needs an environment with the trainer's requirements and its extra `bench`. The arms take turns, each run in a
process of its own on the same cores; useful tokens are those of the rows, padding not counted. TRL runs with its
defaults, except where a default would only slow it down on a CPU without bf16 (then fp32 is set). Accuracy is
exact match of greedy answers on every ninth row of each label, on which neither arm trains.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
TRAINER = ROOT / "trainer"
END = "<|im_end|>"
LORA = {"rank": 16, "alpha": 32}
LEARNING_RATE, WARMUP_SHARE = 1e-3, 0.05


def split_rows(path: str) -> tuple[list[dict[str, str]], list[dict[str, str]]]:
    """Every ninth row of the rows sorted by label is held out."""
    rows = []
    with open(path, encoding="utf-8") as lines:
        for index, line in enumerate(lines):
            row = json.loads(line)
            rows.append(
                {
                    "id": str(index),
                    "prompt": f"<|im_start|>user\n{row['input']}{END}\n<|im_start|>assistant\n",
                    "completion": row["output"] + END,
                }
            )
    rows.sort(key=lambda row: (row["completion"], row["id"]))
    return [r for i, r in enumerate(rows) if i % 9], [r for i, r in enumerate(rows) if i % 9 == 0]


def write_lines(path: Path, rows: list[dict[str, Any]]) -> str:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return str(path)


def call_trainer(verb: str, request: dict[str, Any], folder: Path) -> Any:
    file = folder / f"{verb}.json"
    file.write_text(json.dumps(request), encoding="utf-8")
    output = subprocess.run(
        [sys.executable, "-m", "stepdown_trainer", verb, "--request", str(file)],
        cwd=TRAINER, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, check=True,
    ).stdout  # fmt: skip
    return json.loads(output.splitlines()[-1])["result"]


def run_stepdown(job: dict[str, Any], folder: Path) -> dict[str, Any]:
    settings = {
        "method": "lora", **LORA, "dropout": 0.0, "inputDropout": 0.0, "softTargets": 0.0, "layerShare": job["layerShare"], "epochs": job["epochs"],
        "learningRate": LEARNING_RATE, "warmupShare": WARMUP_SHARE, "weightDecay": 0.0,
        "batchSize": job["batch"], "maxGradNorm": 1.0, "maxLengthTokens": 512, "patience": None,
        "seed": job["seed"], "precision": "auto",
    }  # fmt: skip
    result = call_trainer(
        "train",
        {
            "baseDir": job["base"],
            "baseName": "base",
            "maxAnswerTokens": None,
            "trainFile": job["train"],
            # Neither arm validates while the clock runs.
            "validationFile": write_lines(folder / "none.jsonl", []),
            "outputDir": str(folder / "stepdown"),
            "hyperparameters": settings,
            "labelTexts": [],
            "endOfTurn": END,
            "threads": job["threads"],
        },
        folder,
    )
    return {"seconds": result["seconds"], "tokens": result["trainTokens"], "steps": result["steps"],
            "precision": result["precision"], "adapter": str(folder / "stepdown" / "adapter")}  # fmt: skip


def run_trl(job: dict[str, Any], folder: Path) -> dict[str, Any]:
    """Called in a process of its own; see main."""
    import torch
    from datasets import Dataset
    from peft import LoraConfig
    from transformers import AutoTokenizer
    from trl import SFTConfig, SFTTrainer

    sys.path.insert(0, str(TRAINER))
    from stepdown_trainer.model import choose_precision
    from stepdown_trainer.rows import read_rows

    torch.set_num_threads(job["threads"])
    precision = choose_precision("auto", torch.device("cpu"), job["base"])
    with open(job["train"], encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    dataset = Dataset.from_list([{key: row[key] for key in ("prompt", "completion")} for row in rows])
    extra = {} if job["arm"] == "trl" else {"gradient_checkpointing": False}
    trainer = SFTTrainer(
        model=job["base"],
        args=SFTConfig(
            output_dir=str(folder / "trl"), num_train_epochs=job["epochs"],
            per_device_train_batch_size=job["batch"], learning_rate=LEARNING_RATE,
            lr_scheduler_type="cosine", warmup_steps=WARMUP_SHARE, seed=job["seed"], use_cpu=True,
            bf16=precision == "bf16", save_strategy="no", report_to="none", disable_tqdm=True, **extra,
        ),
        train_dataset=dataset,
        peft_config=LoraConfig(
            task_type="CAUSAL_LM", r=LORA["rank"], lora_alpha=LORA["alpha"], target_modules="all-linear"
        ),
    )  # fmt: skip
    result = trainer.train()
    adapter = str(folder / "trl" / "adapter")
    trainer.save_model(adapter)
    tokens = sum(len(row.tokens) for row in read_rows(job["train"], AutoTokenizer.from_pretrained(job["base"]), END))
    return {"seconds": result.metrics["train_runtime"], "tokens": tokens * job["epochs"],
            "steps": result.global_step, "precision": precision, "adapter": adapter,
            "gradientCheckpointing": trainer.args.gradient_checkpointing}  # fmt: skip


def accuracy(job: dict[str, Any], adapter: str, held_out: list[dict[str, str]], folder: Path) -> float:
    answers = folder / "answers.jsonl"
    call_trainer(
        "answer",
        {
            "baseDir": job["base"], "adapterDir": adapter, "promptsFile": job["validation"],
            "outputFile": str(answers), "labels": None, "endOfTurn": END, "maxAnswerTokens": 16,
            "threads": job["threads"],
        },
        folder,
    )  # fmt: skip
    texts = [json.loads(line)["text"] for line in answers.read_text(encoding="utf-8").splitlines()]
    return sum(t + END == row["completion"] for t, row in zip(texts, held_out, strict=True)) / len(held_out)


def run_arm(job: dict[str, Any], held_out: list[dict[str, str]]) -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        load_before = os.getloadavg()[0]
        if job["arm"].startswith("stepdown"):
            outcome = run_stepdown(job, folder)
        else:
            output = subprocess.run(
                [sys.executable, __file__, "--job", json.dumps({**job, "folder": temporary})],
                stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, check=True,
            ).stdout  # fmt: skip
            outcome = json.loads(output.splitlines()[-1])
        adapter = outcome.pop("adapter")
        outcome["tokensPerSecond"] = outcome["tokens"] / outcome["seconds"]
        outcome["accuracy"] = accuracy(job, adapter, held_out, folder)
        outcome["machineLoadBefore"] = load_before
        return {"arm": job["arm"], "seed": job["seed"], **outcome}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--base")
    parser.add_argument("--rows")
    parser.add_argument("--epochs", type=int, default=1)
    parser.add_argument("--batch", type=int, default=8)
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--layer-share", type=float, default=1.0)
    parser.add_argument("--arms", default="stepdown,trl", help="of stepdown, trl, trl-no-gradient-checkpointing")
    parser.add_argument("--cores", default=",".join(str(core) for core in sorted(os.sched_getaffinity(0))))
    parser.add_argument("--out", default=str(ROOT / "bench" / "results" / "training.json"))
    parser.add_argument("--job", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.job is not None:
        job = json.loads(arguments.job)
        print(json.dumps(run_trl(job, Path(job["folder"]))))
        return

    cores = [int(core) for core in arguments.cores.split(",")]
    os.sched_setaffinity(0, cores)
    os.environ["OMP_NUM_THREADS"] = str(len(cores))
    sys.path.insert(0, str(TRAINER))
    train, held_out = split_rows(arguments.rows)
    with tempfile.TemporaryDirectory() as folder:
        job = {
            "base": str(Path(arguments.base).resolve()), "epochs": arguments.epochs, "batch": arguments.batch,
            "layerShare": arguments.layer_share, "threads": len(cores),
            "train": write_lines(Path(folder) / "train.jsonl", train),
            "validation": write_lines(Path(folder) / "validation.jsonl", held_out),
        }  # fmt: skip
        runs = []
        for seed in range(1, arguments.rounds + 1):
            for arm in arguments.arms.split(","):
                runs.append(run_arm({**job, "arm": arm, "seed": seed}, held_out))
                print(json.dumps(runs[-1]), file=sys.stderr, flush=True)
    info = call_info()
    summary = {
        "benchmark": "training", "rows": len(train), "heldOutRows": len(held_out), "epochs": arguments.epochs,
        "batch": arguments.batch, "layerShare": arguments.layer_share, "cores": len(cores),
        "machine": {"processor": info["deviceName"], "memoryBytes": info["memoryBytes"],
                    "platform": platform.platform(), "bf16": info["bf16"]},
        "versions": info["versions"], "runs": runs, "tokensPerSecondRatio": ratios(runs),
    }  # fmt: skip
    Path(arguments.out).write_text(json.dumps(summary, indent=2) + "\n", encoding="utf-8")
    print(json.dumps(summary["tokensPerSecondRatio"]))


def call_info() -> dict[str, Any]:
    from stepdown_trainer import info, versions

    return {**info.run(), "versions": versions.packages()}


def ratios(runs: list[dict[str, Any]]) -> dict[str, list[float]]:
    """Stepdown's tokens per second over the other arm's, round by round."""
    by = {(run["arm"], run["seed"]): run["tokensPerSecond"] for run in runs}
    others = sorted({run["arm"] for run in runs} - {"stepdown"})
    seeds = sorted({run["seed"] for run in runs})
    return {arm: [by["stepdown", seed] / by[arm, seed] for seed in seeds] for arm in others}


if __name__ == "__main__":
    main()
