"""JSON lines on stdout: the only thing the parent process reads. Everything else belongs to stderr."""

from __future__ import annotations

import json
import os
import sys
import time
from typing import Any, TextIO

EXIT_CODES = {"bug": 1, "prerequisite": 3, "data": 4, "interrupted": 130}


class TrainerError(Exception):
    """A failure the user can act on: a stable code, what is wrong, and an imperative hint."""

    def __init__(
        self, category: str, code: str, message: str, hint: str, details: dict[str, Any] | None = None
    ):
        super().__init__(message)
        self.category = category
        self.code = code
        self.hint = hint
        self.details = details or {}


def claim_stdout() -> TextIO:
    """
    Takes stdout for events and points file descriptor 1 at stderr, so that no library, native ones
    included, can write between the JSON lines.
    """
    events = os.fdopen(os.dup(1), "w", encoding="utf-8", buffering=1)
    os.dup2(2, 1)
    sys.stdout = sys.stderr
    return events


class Events:
    """Writes events; progress at most four times a second."""

    def __init__(self, stream: TextIO, progress_interval_seconds: float = 0.25):
        self._stream = stream
        self._interval = progress_interval_seconds
        self._last_progress = float("-inf")

    def _write(self, event: dict[str, Any]) -> None:
        # allow_nan=False: NaN is not JSON, and a diverged loss must not look like a broken pipe.
        self._stream.write(json.dumps(event, ensure_ascii=False, allow_nan=False) + "\n")
        self._stream.flush()

    def status(self, text: str) -> None:
        self._write({"event": "status", "text": text})

    def progress(self, fields: dict[str, Any], force: bool = False) -> None:
        now = time.monotonic()
        if force or now - self._last_progress >= self._interval:
            self._last_progress = now
            self._write({"event": "progress", **fields})

    def result(self, result: Any) -> None:
        self._write({"event": "result", "result": result})

    def error(self, error: TrainerError) -> None:
        self._write(
            {
                "event": "error",
                "code": error.code,
                "message": str(error),
                "hint": error.hint,
                "category": error.category,
                "details": error.details,
            }
        )
