"""How long torch's threads look for work before they sleep."""

from __future__ import annotations

from typing import MutableMapping

SPIN_COUNT = "3000"
"""
Turns of GNU OpenMP's waiting loop, instead of 300,000. A step is thousands of waits: where another program wants
a core too, threads that never sleep keep each other from running, and a step takes 50 times as long. Measured in
docs/experiments.md.
"""


def let_threads_sleep(environment: MutableMapping[str, str]) -> None:
    """To be called before torch is loaded, which reads the environment. What the user has set stays as it is."""
    if not {"OMP_WAIT_POLICY", "GOMP_SPINCOUNT"} & environment.keys():
        environment["GOMP_SPINCOUNT"] = SPIN_COUNT
