"""`python -m stepdown_trainer <verb> --request <file.json>`: JSON lines on stdout, everything else on stderr."""

from __future__ import annotations

import argparse
import json
import os
import sys
import traceback
from typing import Any

from .parent import end_with_parent
from .protocol import EXIT_CODES, Events, TrainerError, claim_stdout
from .stop import Stop
from .thread_waiting import let_threads_sleep

VERBS = ("info", "train", "answer", "convert")


def dispatch(verb: str, request: dict[str, Any], events: Events, stop: Stop) -> Any:
    """Runs a verb. Imports wait until here: torch takes seconds to load."""
    if verb == "info":
        from . import info

        return info.run()
    if verb == "train":
        from . import training

        return training.run(request, events, stop)
    if verb == "answer":
        from . import answering

        return answering.run(request, events, stop)
    from .convert import run

    return run(request)


def main() -> int:
    parser = argparse.ArgumentParser(prog="stepdown_trainer")
    parser.add_argument("verb", choices=VERBS)
    parser.add_argument("--request", help="JSON file with the plan (not needed for info)")
    parser.add_argument("--end-with-parent", action="store_true", help="end when standard input ends")
    arguments = parser.parse_args()
    if arguments.end_with_parent:
        end_with_parent()
    let_threads_sleep(os.environ)
    events, stop = Events(claim_stdout()), Stop().listen()
    try:
        request: dict[str, Any] = {}
        if arguments.request is not None:
            with open(arguments.request, encoding="utf-8") as file:
                request = json.load(file)
        events.result(dispatch(arguments.verb, request, events, stop))
        return 0
    except TrainerError as error:
        events.error(error)
        return EXIT_CODES[error.category]
    except Exception as error:
        from .failures import known_failure

        traceback.print_exc(file=sys.stderr)
        known = known_failure(error) or TrainerError(
            "bug",
            "trainer-failed",
            f"{type(error).__name__}: {error}",
            "Report this with the trainer's log; run `stepdown doctor` to see the environment.",
        )
        events.error(known)
        return EXIT_CODES[known.category]


if __name__ == "__main__":
    sys.exit(main())
