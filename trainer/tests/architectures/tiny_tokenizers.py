"""Tokenizers for tiny models: a SentencePiece one made here, or the byte-level one of another model's folder."""

from __future__ import annotations

import io
import json
import shutil
from collections.abc import Callable
from pathlib import Path

import sentencepiece
from transformers import AutoTokenizer

GEMMA = "GemmaTokenizer"
#: Writes a tokenizer into a folder; gives the size of its vocabulary and config.json's ids of special tokens.
WriteTokenizer = Callable[[Path], tuple[int, dict[str, int]]]

START, END = "<|im_start|>", "<|im_end|>"
#: Some of Gemma 3's own control tokens stand at these places; the multi-modal config points at the last three.
CONTROL = ["<start_of_image>", "<end_of_image>", "<image_soft_token>", START, END]
TEXT = """pump valve leak hot noise stuck worn motor hose bearing shaft seal tank pipe fan belt oil water air
leaking from the pump the valve is stuck the motor is hot noise at the bearing worn seal of the shaft
Breakdown Leakage Overheating Vibration user assistant hydraulic hose broken at the left side of the tank
Größe 漏れ façade 12 bar 45 degrees 2,300 rpm (P-101)"""


def sentencepiece_model(kind: str) -> WriteTokenizer:
    """
    Writes tokenizer.model and what transformers reads. As a LlamaTokenizer (Mistral) it puts a space before a text, and
    after special tokens only with `legacy`; as a GemmaTokenizer never.
    """
    return lambda folder: write_sentencepiece(folder, kind)


def write_sentencepiece(folder: Path, kind: str) -> tuple[int, dict[str, int]]:
    model = io.BytesIO()
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(TEXT.splitlines()),
        model_writer=model,
        model_type="bpe",
        vocab_size=420,
        byte_fallback=True,
        hard_vocab_limit=False,
        control_symbols=CONTROL,
        unk_id=3, bos_id=2, eos_id=1, pad_id=0,
        pad_piece="<pad>", eos_piece="<eos>", bos_piece="<bos>",
        add_dummy_prefix=kind != GEMMA,
        remove_extra_whitespaces=False,
        normalization_rule_name="identity",
        minloglevel=2,
    )  # fmt: skip
    (folder / "tokenizer.model").write_bytes(model.getvalue())
    config = {
        "tokenizer_class": kind,
        "bos_token": "<bos>",
        "eos_token": "<eos>",
        "pad_token": "<pad>",
        "unk_token": "<unk>",
        "extra_special_tokens": CONTROL,
        "legacy": False,
    }
    (folder / "tokenizer_config.json").write_text(json.dumps(config))
    AutoTokenizer.from_pretrained(folder).save_pretrained(folder)
    return size_and_special_ids(folder)


def byte_level(source: Path, kind: str) -> WriteTokenizer:
    """
    Writes the tokenizer of another model, `source`, under the class name that `kind` says: llama.cpp's converter
    tells byte-level tokenizers by what they do and knows only published ones, so a small one cannot be made here.
    """

    def write(folder: Path) -> tuple[int, dict[str, int]]:
        shutil.copy(source / "tokenizer.json", folder / "tokenizer.json")
        config = json.loads((source / "tokenizer_config.json").read_text())
        (folder / "tokenizer_config.json").write_text(json.dumps({**config, "tokenizer_class": kind}))
        return size_and_special_ids(folder)

    return write


def size_and_special_ids(folder: Path) -> tuple[int, dict[str, int]]:
    tokenizer = AutoTokenizer.from_pretrained(folder)
    ids = {f"{name}_token_id": getattr(tokenizer, f"{name}_token_id") for name in ("bos", "eos", "pad")}
    return len(tokenizer), ids
