"""A tiny model with random weights and a word-level tokenizer: everything runs without downloads."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import torch
from tokenizers import AddedToken, Tokenizer, models, pre_tokenizers
from transformers import LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast

WORDS = ["pump", "valve", "leak", "hot", "noise", "stuck", "worn", "Breakdown", "Leakage", "external", "other"]
END = "<|im_end|>"

# Tensors are tiny here: a second thread would only wait.
torch.set_num_threads(1)


@pytest.fixture(scope="session")
def base_dir(tmp_path_factory: pytest.TempPathFactory) -> str:
    folder = tmp_path_factory.mktemp("base")
    vocabulary = {word: index for index, word in enumerate(["<unk>", "Q", "A", *WORDS])}
    tokenizer = Tokenizer(models.WordLevel(vocabulary, unk_token="<unk>"))
    tokenizer.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
    tokenizer.add_special_tokens([AddedToken(END, special=True)])
    PreTrainedTokenizerFast(tokenizer_object=tokenizer, unk_token="<unk>").save_pretrained(folder)
    torch.manual_seed(0)
    config = LlamaConfig(
        vocab_size=len(vocabulary) + 1,
        hidden_size=32,
        intermediate_size=48,
        num_hidden_layers=4,
        num_attention_heads=4,
        num_key_value_heads=2,
        max_position_embeddings=128,
        tie_word_embeddings=True,
        initializer_range=0.2,
    )
    LlamaForCausalLM(config).save_pretrained(folder)
    return str(folder)


def write_rows(path: Path, rows: list[dict[str, Any]]) -> str:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return str(path)


def training_rows(count: int, offset: int = 0) -> list[dict[str, Any]]:
    """Rows whose label follows from their first word, of different lengths; the input lies between Q and A."""
    labels = ["Breakdown", "Leakage", "Leakage external"]
    rows = []
    for index in range(offset, offset + count):
        words = [WORDS[index % 3], *WORDS[3 : 3 + index % 4]]
        prompt = f"Q {' '.join(words)} A"
        rows.append(
            {
                "id": f"r{index}",
                "prompt": prompt,
                "inputSpan": [2, len(prompt) - 2],
                "completion": f"{labels[index % 3]} {END}",
            }
        )
    return rows


@pytest.fixture
def plan(base_dir: str, tmp_path: Path) -> dict[str, Any]:
    return {
        "baseDir": base_dir,
        "baseName": "org/tiny",
        "trainFile": write_rows(tmp_path / "train.jsonl", training_rows(30)),
        "validationFile": write_rows(tmp_path / "validation.jsonl", training_rows(9, 100)),
        "outputDir": str(tmp_path / "out"),
        "hyperparameters": {
            "method": "lora", "rank": 4, "alpha": 8, "dropout": 0.1, "inputDropout": 0.0, "layerShare": 0.5,
            "epochs": 3, "learningRate": 0.01, "warmupShare": 0.1, "weightDecay": 0.0, "batchSize": 4, "maxGradNorm": 1.0,
            "maxLengthTokens": 64, "patience": None, "seed": 3, "precision": "fp32",
            "softTargets": 0.0,
        },
        "labelTexts": ["Breakdown", "Leakage", "Leakage external"],
        "endOfTurn": END,
        "maxAnswerTokens": None,
        "threads": 1,
    }  # fmt: skip
