"""Training rows as token ids."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, Iterable, Sequence

from .protocol import TrainerError

MAX_TOO_LONG_SHARE = 0.1
"""Above this share of rows that are too long the data no longer is what the user meant to train on."""


@dataclass(frozen=True)
class TokenRow:
    """One row: prompt and answer joined; loss falls on tokens from `prompt_length` on."""

    id: str
    tokens: tuple[int, ...]
    prompt_length: int
    input_tokens: tuple[int, int] = (0, 0)
    """Positions [start, stop) of the tokens that lie wholly in the example's input."""
    weight: float = 1.0
    """Share of this answer in what the row is to say, 0..1."""
    teacher: tuple[tuple[tuple[int, ...], float], ...] = ()
    """Answers as tokens, each with the probability that a teacher gave it; empty where none is known."""

    @property
    def answer_length(self) -> int:
        return len(self.tokens) - self.prompt_length

    @property
    def longest(self) -> int:
        """Tokens of the row with the longest of its answers."""
        return self.prompt_length + max([self.answer_length, *(len(answer) for answer, _ in self.teacher)])


def encode(tokenizer: Any, text: str) -> list[int]:
    """Token ids of rendered text: special tokens are in the text, none are added."""
    return tokenizer.encode(text, add_special_tokens=False)


def encode_answer(tokenizer: Any, text: str, end_of_turn: str) -> list[int]:
    """
    Ids of an answer as it stands in training rows: after the special token that closes the prompt, where some
    tokenizers add no space that they add at the beginning of a text, and before the end of turn.
    """
    whole, end = encode(tokenizer, end_of_turn + text + end_of_turn), encode(tokenizer, end_of_turn)
    if not end or whole[: len(end)] != end or whole[-len(end) :] != end:
        raise TrainerError(
            "data",
            "end-of-turn-merges",
            f"The tokenizer joins the end of turn {end_of_turn!r} with the text beside it ({text!r})",
            "Use a chat template whose end of turn is a special token of this model.",
        )
    return whole[len(end) : -len(end)]


def encode_prompt(
    tokenizer: Any, text: str, span: Sequence[int] | None
) -> tuple[list[int], tuple[int, int]]:
    """Token ids of a prompt, and the positions of those wholly within `span` (characters, end excluded)."""
    if span is None or not tokenizer.is_fast:
        return encode(tokenizer, text), (0, 0)
    encoded = tokenizer(text, add_special_tokens=False, return_offsets_mapping=True)
    inside = [
        position
        for position, (start, end) in enumerate(encoded["offset_mapping"])
        if span[0] <= start < end <= span[1]
    ]
    return encoded["input_ids"], (inside[0], inside[-1] + 1) if inside else (0, 0)


def read_json_lines(path: str) -> Iterable[dict[str, Any]]:
    with open(path, encoding="utf-8") as lines:
        for line in lines:
            if line.strip():
                yield json.loads(line)


def read_rows(path: str, tokenizer: Any, end_of_turn: str) -> list[TokenRow]:
    """Rows of a JSON Lines file of {id, prompt, completion, teacher}; prompt and answers are tokenised apart."""
    rows = []
    end = encode(tokenizer, end_of_turn)

    def answer_tokens(completion: str) -> list[int]:
        return encode_answer(tokenizer, completion.removesuffix(end_of_turn), end_of_turn) + end

    for record in read_json_lines(path):
        prompt, input_tokens = encode_prompt(tokenizer, record["prompt"], record.get("inputSpan"))
        answer = answer_tokens(record["completion"])
        if not prompt or not record["completion"]:
            raise TrainerError(
                "data",
                "row-empty",
                f"Row {record['id']} has an empty {'prompt' if not prompt else 'answer'}",
                "Remove the row, or give it a text.",
            )
        teacher = tuple(
            (tuple(answer_tokens(said["completion"])), said["probability"])
            for said in record.get("teacher") or ()
        )
        rows.append(
            TokenRow(record["id"], tuple(prompt + answer), len(prompt), input_tokens, teacher=teacher)
        )
    return rows


def leave_out_too_long(rows: list[TokenRow], limit: int) -> tuple[list[TokenRow], list[str]]:
    """
    Rows of at most `limit` tokens, and the ids of the others.
    Cutting a row would train on half an answer, so it is left out and listed.
    """
    kept = [row for row in rows if row.longest <= limit]
    too_long = [row.id for row in rows if row.longest > limit]
    if not kept or len(too_long) > MAX_TOO_LONG_SHARE * len(rows):
        longest = max((row.longest for row in rows), default=0)
        raise TrainerError(
            "data",
            "rows-too-long",
            f"{len(too_long)} of {len(rows)} rows are longer than {limit} tokens (the longest has {longest})",
            f"Raise train.maxLengthTokens to {longest}, or shorten the inputs.",
            {"rows": too_long[:20], "longestTokens": longest},
        )
    return kept, too_long


def answers_too_long(rows: Sequence[TokenRow], end_of_turn: Sequence[int], limit: int | None) -> list[str]:
    """
    Ids of rows whose answer has more than `limit` tokens before its end of turn: answering would stop within it.
    A few are left as they are. Null sets no limit.
    """
    if limit is None:
        return []
    lengths = {row.id: row.answer_length - len(end_of_turn) for row in rows}
    too_long = [name for name, length in lengths.items() if length > limit]
    if len(too_long) > MAX_TOO_LONG_SHARE * len(rows):
        longest = max(lengths.values())
        raise TrainerError(
            "data",
            "answers-too-long",
            f"{len(too_long)} of {len(rows)} rows have answers of more than {limit} tokens, where answering stops "
            f"(the longest has {longest})",
            f"Raise task.maxAnswerTokens to {longest}, or shorten the answers.",
            {"rows": too_long[:20], "longestTokens": longest},
        )
    return too_long
