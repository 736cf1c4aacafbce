"""Ends the trainer when the program that started it is gone, killed for memory for one."""

from __future__ import annotations

import os
import threading

from .protocol import EXIT_CODES


def end_with_parent(descriptor: int = 0) -> None:
    """
    Watches a pipe into which nobody writes: it ends with the process at its other end, on every system and however
    that process ended. Going on would hold memory, and would write where the next run of the same command writes.
    """

    def watch() -> None:
        # No buffered reader: at exit its lock could not be taken from this thread.
        while os.read(descriptor, 4096):
            pass
        # At once, as if killed too: the last checkpoint is whole, and nobody waits for another.
        os._exit(EXIT_CODES["interrupted"])

    threading.Thread(target=watch, daemon=True).start()
