"""The data order is a function of rows, seed and epoch."""

from __future__ import annotations

from stepdown_trainer.order import batch_indices, epoch_order, split_by_tokens, steps_per_epoch
from stepdown_trainer.rows import TokenRow

ROWS = [TokenRow(f"row-{index}", tuple(range(3 + index % 5)), 1) for index in range(23)]


def test_every_row_comes_once_an_epoch() -> None:
    order = epoch_order(ROWS, 1, 0)
    seen = [i for step in range(steps_per_epoch(23, 4)) for i in batch_indices(order, 4, step)]
    assert sorted(seen) == list(range(23))


def test_batches_differ_by_one_row_at_most_and_never_exceed_the_batch_size() -> None:
    order = epoch_order(ROWS, 1, 0)
    sizes = {len(batch_indices(order, 4, step)) for step in range(steps_per_epoch(23, 4))}
    assert sizes == {3, 4}


def test_seed_and_epoch_decide_the_order() -> None:
    assert epoch_order(ROWS, 1, 0) == epoch_order(ROWS, 1, 0)
    assert epoch_order(ROWS, 1, 0) != epoch_order(ROWS, 1, 1)
    assert epoch_order(ROWS, 1, 0) != epoch_order(ROWS, 2, 0)


def test_the_order_is_the_same_on_every_machine() -> None:
    assert epoch_order(ROWS[:6], 7, 2) == GOLDEN


def test_parts_keep_every_row_in_order_within_the_token_limit() -> None:
    parts = split_by_tokens(ROWS, range(23), 12)
    assert [index for part in parts for index in part] == list(range(23))
    assert all(sum(len(ROWS[index].tokens) for index in part) <= 12 for part in parts)


def test_a_row_longer_than_the_limit_stands_alone() -> None:
    assert split_by_tokens(ROWS, [0, 4, 0], 5) == [[0], [4], [0]]


GOLDEN = [0, 3, 4, 5, 2, 1]
