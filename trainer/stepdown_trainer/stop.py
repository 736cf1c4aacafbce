"""A wish to stop, made by a signal and looked at between steps."""

from __future__ import annotations

import signal


class Stop:
    def __init__(self) -> None:
        self.requested = False

    def listen(self) -> "Stop":
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._request)
        return self

    def _request(self, _number: int, _frame: object) -> None:
        self.requested = True
