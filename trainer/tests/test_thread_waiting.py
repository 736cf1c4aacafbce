"""Threads that wait leave the core to other programs, unless the user wants it otherwise."""

from __future__ import annotations

import subprocess
import sys

import pytest

from stepdown_trainer.thread_waiting import SPIN_COUNT, let_threads_sleep


def test_threads_sleep_after_a_while() -> None:
    environment: dict[str, str] = {}
    let_threads_sleep(environment)
    assert environment == {"GOMP_SPINCOUNT": SPIN_COUNT}


@pytest.mark.parametrize("name", ["OMP_WAIT_POLICY", "GOMP_SPINCOUNT"])
def test_what_the_user_has_set_stays(name: str) -> None:
    environment = {name: "ACTIVE"}
    let_threads_sleep(environment)
    assert environment == {name: "ACTIVE"}


def test_it_is_set_before_torch_is_loaded() -> None:
    # Whoever imports the program's entry must not have loaded torch by then.
    code = "import stepdown_trainer.__main__, sys; sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], timeout=60).returncode == 0
