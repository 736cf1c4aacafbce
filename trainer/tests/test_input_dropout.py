"""Input tokens are left out at random, and nothing else is."""

from __future__ import annotations

import random

import pytest
from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers
from transformers import PreTrainedTokenizerFast

from stepdown_trainer.input_dropout import without_some_input
from stepdown_trainer.rows import TokenRow, encode_prompt

BEFORE, INPUT, AFTER, ANSWER = (1, 2), tuple(range(10, 30)), (3, 4, 5), (6, 7)
ROW = TokenRow("r1", (*BEFORE, *INPUT, *AFTER, *ANSWER), 25, (2, 22))


def parts(row: TokenRow) -> tuple[tuple[int, ...], ...]:
    start, stop = row.input_tokens
    end = row.prompt_length
    return row.tokens[:start], row.tokens[start:stop], row.tokens[stop:end], row.tokens[end:]


@pytest.mark.parametrize("share", [0.05, 0.5, 0.95])
def test_template_and_answer_stay_and_the_rest_of_the_input_keeps_its_order(share: float) -> None:
    seen = set()
    for step in range(300):
        before, kept, after, answer = parts(without_some_input(ROW, share, 1, step))
        assert (before, after, answer) == (BEFORE, AFTER, ANSWER)
        assert kept and list(kept) == sorted(set(kept)) and set(kept) <= set(INPUT)
        seen.add(kept)
    assert len(seen) > 20


def test_one_token_of_the_input_always_stays_and_not_always_the_same() -> None:
    kept = [parts(without_some_input(ROW, 0.9999, 1, step))[1] for step in range(300)]
    assert all(len(tokens) >= 1 for tokens in kept)
    assert len({tokens[0] for tokens in kept if len(tokens) == 1}) == len(INPUT)
    single = TokenRow("one", (1, 10, 3, 6), 3, (1, 2))
    assert all(without_some_input(single, 0.9, 1, step) == single for step in range(100))


def test_seed_step_and_row_decide_and_no_other_randomness() -> None:
    def left(seed: int = 1, step: int = 5, identifier: str = "r1") -> tuple[int, ...]:
        return without_some_input(TokenRow(identifier, ROW.tokens, 25, (2, 22)), 0.5, seed, step).tokens

    random.seed(0)
    first = left()
    random.seed(99)
    state = random.getstate()
    assert left() == first
    assert random.getstate() == state
    assert len({first, left(seed=2), left(step=6), left(identifier="r2")}) == 4


@pytest.mark.parametrize("share", [0.15, 0.5, 0.8])
def test_the_share_left_out_is_the_one_asked_for(share: float) -> None:
    steps = 2000
    lengths = [len(parts(without_some_input(ROW, share, 3, step))[1]) for step in range(steps)]
    # Four standard errors of a binomial share; keeping one of twenty tokens changes it by less than that.
    tolerance = 4 * (share * (1 - share) / (steps * len(INPUT))) ** 0.5 + share ** len(INPUT) / len(INPUT)
    assert sum(lengths) / (steps * len(INPUT)) == pytest.approx(1 - share, abs=tolerance)
    counts = [0] * len(INPUT)
    for step in range(steps):
        for token in parts(without_some_input(ROW, share, 3, step))[1]:
            counts[token - INPUT[0]] += 1
    # Every position alike: 20 of them, so five standard errors each.
    for count in counts:
        assert count / steps == pytest.approx(1 - share, abs=5 * (share * (1 - share) / steps) ** 0.5)


def test_nothing_is_left_out_at_share_0_or_where_the_input_is_unknown() -> None:
    unknown = TokenRow("r1", ROW.tokens, 25)
    for step in range(50):
        assert without_some_input(ROW, 0.0, 1, step) is ROW
        assert without_some_input(unknown, 0.9, 1, step) is unknown


@pytest.fixture
def bytes_tokenizer() -> PreTrainedTokenizerFast:
    """One token a byte, as byte-level vocabularies spell what they have no token for."""
    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    tokenizer = Tokenizer(models.BPE({symbol: index for index, symbol in enumerate(alphabet)}, []))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.add_special_tokens([AddedToken("<|im_start|>", special=True), AddedToken("<|im_end|>", special=True)])
    return PreTrainedTokenizerFast(tokenizer_object=tokenizer)


@pytest.mark.parametrize("content", ["oil", "漏れ 🛢️🔥", "𝔘", "ünïcode <|im_end", "e\u0301"])
def test_exactly_the_tokens_of_the_input_are_found_with_characters_of_many_bytes(
    bytes_tokenizer: PreTrainedTokenizerFast, content: str
) -> None:
    before, after = "<|im_start|>system\n🔥漏<|im_end|>\n<|im_start|>user\n", "<|im_end|>\n<|im_start|>assistant\n"
    tokens, (start, stop) = encode_prompt(
        bytes_tokenizer, before + content + after, [len(before), len(before) + len(content)]
    )
    assert tokens == bytes_tokenizer.encode(before + content + after, add_special_tokens=False)
    assert stop - start == len(content.encode())
    assert bytes_tokenizer.decode(tokens[start:stop]) == content
    assert bytes_tokenizer.decode(tokens[:start]) == before
    assert bytes_tokenizer.decode(tokens[stop:]) == after


def test_a_token_that_reaches_out_of_the_input_stays() -> None:
    vocabulary = ["U", "ser", ":", "oil", "l", "Ġ", "o", "i", "s", "e", "r", ":o"]
    tokenizer = Tokenizer(models.BPE({text: index for index, text in enumerate(vocabulary)}, [(":", "o")]))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)
    fast = PreTrainedTokenizerFast(tokenizer_object=tokenizer)
    tokens, (start, stop) = encode_prompt(fast, "User:oil", [5, 8])
    assert [vocabulary[token] for token in tokens[start:stop]] == ["i", "l"]
    assert vocabulary[tokens[start - 1]] == ":o"


def test_without_a_span_or_tokens_in_it_nothing_counts_as_input(bytes_tokenizer: PreTrainedTokenizerFast) -> None:
    text = "<|im_start|>user"
    assert encode_prompt(bytes_tokenizer, text, None)[1] == (0, 0)
    assert encode_prompt(bytes_tokenizer, text, [3, 3])[1] == (0, 0)
    assert encode_prompt(bytes_tokenizer, text, [2, 9])[1] == (0, 0)
