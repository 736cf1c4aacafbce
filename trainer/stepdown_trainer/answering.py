"""The `answer` verb: greedy answers and constrained labels with trained weights, for the parity check."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any, Mapping, Sequence

import torch
from peft import PeftModel
from transformers import GenerationConfig

from . import hardware
from .label_scores import best_labels
from .label_trie import build_trie
from .model import load_tokenizer, load_weights
from .protocol import Events, TrainerError
from .rows import encode, encode_answer, read_json_lines
from .stop import Stop
from .tree_attention import TREE_ATTENTION

BATCH_PROMPTS = 32


def load_trained(base_dir: str, adapter_dir: str | None, device: torch.device) -> Any:
    """Base with its adapter merged in fp32, or the fully fine-tuned model."""
    adapter = None if adapter_dir is None else Path(adapter_dir)
    is_adapter = adapter is not None and (adapter / "adapter_config.json").exists()
    if is_adapter and not (adapter / "adapter_model.safetensors").exists():
        raise TrainerError(
            "data",
            "adapter-weights-missing",
            f"No adapter_model.safetensors in {adapter}",
            "Train again: `stepdown train`.",
        )
    folder = base_dir if adapter is None or is_adapter else str(adapter)
    model = load_weights(folder, torch.float32, "sdpa", device)
    if is_adapter:
        model = PeftModel.from_pretrained(model, str(adapter), local_files_only=True).merge_and_unload()
    # Its unset values would be taken from the model's own: a penalty for repetition is no part of greedy answers.
    model.generation_config = GenerationConfig()
    return model.eval()


@torch.inference_mode()
def greedy(
    model: Any, prompts: Sequence[Sequence[int]], settings: GenerationConfig, device: torch.device
) -> list[list[int]]:
    """Generated ids of a batch, with whatever stands after an early end; prompts are padded on the left."""
    longest = max(len(prompt) for prompt in prompts)
    pad = settings.pad_token_id
    ids = torch.tensor([[pad] * (longest - len(prompt)) + list(prompt) for prompt in prompts])
    mask = torch.tensor([[0] * (longest - len(prompt)) + [1] * len(prompt) for prompt in prompts])
    output = model.generate(
        input_ids=ids.to(device), attention_mask=mask.to(device), generation_config=settings
    )
    return output[:, longest:].tolist()


def cut_at_end(
    tokens: Sequence[int], end_of_turn: Sequence[int], limit: int
) -> tuple[list[int], bool]:
    """At most `limit` tokens before the end of turn, and whether it came right after them."""
    width = len(end_of_turn)
    for start in range(len(tokens) - width + 1):
        if list(tokens[start : start + width]) == list(end_of_turn):
            return list(tokens[:start]), True
    return list(tokens[:limit]), False


def run(plan: Mapping[str, Any], events: Events, stop: Stop) -> dict[str, Any]:
    """Answers by an AnswerPlan. Answers go to the output file in the order of the prompts."""
    torch.set_num_threads(plan["threads"] or hardware.physical_cores())
    device = hardware.device()
    tokenizer = load_tokenizer(plan["baseDir"])
    events.status("loading trained weights")
    model = load_trained(plan["baseDir"], plan["adapterDir"], device)
    end = encode(tokenizer, plan["endOfTurn"])
    labels = plan["labels"]
    trie = None
    if labels is not None:
        trie = build_trie([encode_answer(tokenizer, label, plan["endOfTurn"]) for label in labels], end)
    settings = GenerationConfig(
        do_sample=False,
        num_beams=1,
        max_new_tokens=plan["maxAnswerTokens"] + len(end),
        eos_token_id=end[-1],
        pad_token_id=end[-1],
    )
    records = list(read_json_lines(plan["promptsFile"]))
    prompts = [encode(tokenizer, record["prompt"]) for record in records]
    # Prompts of like length stand together, so that little padding is computed.
    order = sorted(range(len(prompts)), key=lambda index: len(prompts[index]))
    answers: dict[int, dict[str, Any]] = {}
    for start in range(0, len(order), BATCH_PROMPTS):
        if stop.requested:
            raise TrainerError(
                "interrupted", "interrupted", "Stopped while answering", "Run the same command again."
            )
        batch = order[start : start + BATCH_PROMPTS]
        ids = [prompts[index] for index in batch]
        model.set_attn_implementation("sdpa")
        generated = greedy(model, ids, settings, device)
        best: list[tuple[int, float]] | None = None
        if trie is not None:
            model.set_attn_implementation(TREE_ATTENTION)
            best = best_labels(model, ids, trie, device)
        for place, index in enumerate(batch):
            tokens, ended = cut_at_end(generated[place], end, plan["maxAnswerTokens"])
            answers[index] = {
                "id": records[index]["id"],
                "text": tokenizer.decode(
                    tokens, skip_special_tokens=False, clean_up_tokenization_spaces=False
                ),
                "promptTokens": prompts[index],
                "answerTokens": tokens,
                "finishReason": "stop" if ended else "length",
                "best": None
                if best is None
                else {"label": labels[best[place][0]], "probability": best[place][1]},
            }
        events.status(f"answered {min(start + BATCH_PROMPTS, len(order))} of {len(order)}")
    part = plan["outputFile"] + ".part"
    with open(part, "w", encoding="utf-8") as file:
        for index in range(len(records)):
            file.write(json.dumps(answers[index], ensure_ascii=False, allow_nan=False) + "\n")
        file.flush()
        os.fsync(file.fileno())
    os.rename(part, plan["outputFile"])
    return {"rows": len(records)}
