"""What the product does with a base model in safetensors, on a tiny one: convert, train, convert, answer."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

from tiny_tokenizers import END, START

from stepdown_trainer import answering, convert, training
from stepdown_trainer.protocol import Events
from stepdown_trainer.stop import Stop

LABELS = ["Breakdown", "Leakage", "Overheating", "Leakage of oil"]
CAUSES = ["noise at the bearing", "leaking from the pump", "the motor is hot", "leaking oil from the seal"]
PLACES = ["of the tank", "at the left side", "of the shaft, 12 bar", "(P-101)", "at 2,300 rpm", "in the Größe 漏れ"]
TEMPLATE = (
    "{%- for message in messages -%}{{- '<|im_start|>' ~ message.role ~ '\\n' ~ message.content ~ '<|im_end|>\\n' -}}"
    "{%- endfor -%}{{- '<|im_start|>assistant\\n' -}}"
)


def rows(count: int) -> list[dict[str, Any]]:
    """Rows whose label follows from the text; prompts are longer than the windows of the tiny models."""
    made = []
    for index in range(count):
        text = f"{CAUSES[index % 4]} {PLACES[index % 6]} {PLACES[index * 7 % 5]}"
        head = f"{START}user\n"
        made.append(
            {
                "id": f"r{index}",
                "prompt": f"{head}{text}{END}\n{START}assistant\n",
                "inputSpan": [len(head), len(head) + len(text)],
                "completion": f"{LABELS[index % 4]}{END}",
            }
        )
    return made


def write_rows(path: Path, content: list[dict[str, Any]]) -> str:
    path.write_text("".join(json.dumps(row) + "\n" for row in content), encoding="utf-8")
    return str(path)


def train(folder: Path, base: Path, **changes: Any) -> tuple[dict[str, Any], list[str]]:
    """Trains on 24 rows. Gives the result and the status texts."""
    folder.mkdir(parents=True, exist_ok=True)
    stream = io.StringIO()
    plan = {
        "baseDir": str(base),
        "baseName": "org/tiny",
        "maxAnswerTokens": None,
        "trainFile": write_rows(folder / "train.jsonl", rows(24)),
        "validationFile": write_rows(folder / "validation.jsonl", rows(32)[24:]),
        "outputDir": str(folder / "out"),
        "hyperparameters": {
            "method": "lora", "rank": 8, "alpha": 16, "dropout": 0.0, "inputDropout": 0.0, "softTargets": 0.0,
            "layerShare": 0.5,
            "epochs": 12, "learningRate": 0.02, "warmupShare": 0.1, "weightDecay": 0.0, "batchSize": 8,
            "maxGradNorm": 1.0, "maxLengthTokens": 512, "patience": None, "seed": 3, "precision": "fp32", **changes,
        },
        "labelTexts": LABELS,
        "endOfTurn": END,
        "threads": 1,
    }  # fmt: skip
    result = training.run(plan, Events(stream), Stop())
    said = [json.loads(line) for line in stream.getvalue().splitlines()]
    return result, [event["text"] for event in said if event["event"] == "status"]


def answers(folder: Path, base: Path, adapter: Path | None) -> list[dict[str, Any]]:
    """Greedy answers and the likeliest label for eight prompts, by torch."""
    output = folder / "answers.jsonl"
    plan = {
        "baseDir": str(base),
        "adapterDir": None if adapter is None else str(adapter),
        "promptsFile": write_rows(folder / "prompts.jsonl", rows(8)),
        "outputFile": str(output),
        "labels": LABELS,
        "endOfTurn": END,
        "maxAnswerTokens": 12,
        "threads": 1,
    }
    answering.run(plan, Events(io.StringIO()), Stop())
    return [json.loads(line) for line in output.read_text(encoding="utf-8").splitlines()]


def base_to_gguf(base: Path, output: Path, bundle: str, tag: str, cache: Path) -> dict[str, Any]:
    request = {"modelDir": str(base), "outputFile": str(output), "llamaCppBundle": bundle, "llamaCppTag": tag}
    return convert.run({"kind": "hf-to-gguf", "cacheDir": str(cache), **request})


def trained_to_gguf(kind: str, base: Path, adapter: Path, base_gguf: Path, output: Path) -> dict[str, Any]:
    """`kind` is merge-to-gguf or adapter-to-gguf."""
    paths = {"baseDir": base, "adapterDir": adapter, "baseGguf": base_gguf, "outputFile": output}
    return convert.run({"kind": kind, "chatTemplate": TEMPLATE, **{key: str(path) for key, path in paths.items()}})
