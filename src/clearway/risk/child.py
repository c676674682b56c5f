"""Work of seconds, done by a process of its own: a model's training, a trial on a long history.

Neither belongs into the process that takes declarations. A job starts a child that only reads the
record and writes what it made into a file; the one short act that keeps it is the job's own.
"""

from __future__ import annotations

import logging
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

import msgspec

SECONDS: Final = 900
"""How long a child may work."""
LOOKS_EVERY: Final = 0.25
FAILED: Final = "The work failed; the log says why."
_log = logging.getLogger("clearway.risk")


class Made(msgspec.Struct, frozen=True):
    """What a child made: a model's content and card, or a result as JSON; else the trouble."""

    content: bytes = b""
    card: bytes = b""
    trouble: str = ""


def in_child(number: int, what: str, until: int, told: Callable[[int], None] | None = None) -> Made:
    """Do the work in a process of its own, which ends with this one.

    Args:
        number: of the model, or of what else is worked on.
        what: a name of the command ``risk work``.
        until: a whole number for it.
        told: is told how far the child has come, whenever it says so.
    """
    with tempfile.TemporaryDirectory(prefix="clearway-model-") as folder:
        file = Path(folder) / "made"
        words = [sys.executable, "-m", "clearway", "risk", "work", str(number), what, str(until)]
        with (Path(folder) / "told").open("w+b") as log:
            child = subprocess.Popen(  # noqa: S603 - our own interpreter
                [*words, str(file)],
                stdin=subprocess.PIPE,  # it ends when this pipe does
                stdout=log,
                stderr=log,
                env={**os.environ, "OMP_NUM_THREADS": "1"},
            )
            try:
                _wait(child, progress_of(file), told)
            except subprocess.TimeoutExpired:
                child.kill()
                child.wait()
            finally:
                if child.stdin is not None:
                    child.stdin.close()
            if child.returncode == 0:
                return msgspec.msgpack.decode(file.read_bytes(), type=Made)
            log.seek(0)
            lines = log.read().decode(errors="replace").strip().splitlines()
        _log.error("work %d: %s ended with %d: %s", number, what, child.returncode,
                   lines[-1] if lines else "")  # fmt: skip
        return Made(trouble=FAILED)


def progress_of(file: Path) -> Path:
    """Return the file in which a child writes how far it has come."""
    return file.with_suffix(".progress")


def _wait(child: subprocess.Popen[bytes], file: Path, told: Callable[[int], None] | None) -> None:
    """Wait for a child, telling on the way how far it has come.

    Raises:
        subprocess.TimeoutExpired: it takes longer than ``SECONDS``.
    """
    if told is None:
        child.wait(SECONDS)
        return
    begun, before = time.monotonic(), 0
    while child.poll() is None:
        if time.monotonic() - begun > SECONDS:
            raise subprocess.TimeoutExpired(child.args, SECONDS)
        if file.exists() and (now := int(file.read_text() or 0)) != before:
            told(now)
            before = now
        time.sleep(LOOKS_EVERY)
