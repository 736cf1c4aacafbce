"""Outputs that are never seen half-written: made beside their place, then renamed."""

from __future__ import annotations

import errno
import os
import shutil
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ..protocol import TrainerError


@contextmanager
def atomic_output(output: str | Path) -> Iterator[Path]:
    """Gives a path beside `output` to write a file or folder to; it takes its place when the block ends well.

    Raises `disk-full`.
    """
    output = Path(output)
    output.parent.mkdir(parents=True, exist_ok=True)
    part = output.with_name(f"{output.name}.{uuid.uuid4().hex[:8]}.part")
    try:
        yield part
        if part.is_dir() and output.exists():
            shutil.rmtree(output)
        elif part.is_file():
            sync(part)
        os.replace(part, output)
        sync(output.parent)
    except OSError as error:
        if error.errno not in (errno.ENOSPC, errno.EDQUOT):
            raise
        raise TrainerError(
            "prerequisite",
            "disk-full",
            f"No space left while writing {output}",
            "Free disk space, or point the cache at a larger disk, and run the same command again.",
        ) from error
    finally:
        if part.is_dir():
            shutil.rmtree(part, ignore_errors=True)
        else:
            part.unlink(missing_ok=True)


def sync(path: Path) -> None:
    """Makes the operating system write a file or folder out; folders cannot be synced on Windows."""
    if os.name == "nt" and path.is_dir():
        return
    descriptor = os.open(path, os.O_RDONLY if os.name != "nt" else os.O_RDWR)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
