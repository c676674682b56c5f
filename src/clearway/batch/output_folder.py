"""An output folder that appears whole or not at all.

Everything is written to a hidden folder beside the place that was asked for; only a finished
run renames it there. An error, Ctrl-C or a SIGTERM leaves nothing behind.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path
from types import FrameType

from clearway.vocabulary.errors import InputUnusable

MARKER = "summary.json"


@contextlib.contextmanager
def output_folder(target: Path) -> Iterator[Path]:
    """Give a folder to write into that becomes ``target`` at the end.

    An earlier output of Clearway at ``target`` is replaced.

    Raises:
        InputUnusable: ``target`` holds something else, or its parent cannot be written to.
    """
    target = Path(os.path.normpath(target.absolute()))
    _refuse_foreign(target)
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        partial = Path(tempfile.mkdtemp(prefix=f".{target.name}.", dir=target.parent))
    except OSError as error:
        raise InputUnusable(
            f"No output can be written here: {error.strerror}.",
            where=str(target),
            remedy="Name a folder that you may write to with --out.",
        ) from error
    try:
        yield partial
        partial.chmod(0o755)
        if target.exists():
            _replace(target, partial)
        else:
            partial.rename(target)
    finally:
        with _undisturbed():
            shutil.rmtree(partial, ignore_errors=True)


@contextlib.contextmanager
def terminated_like_interrupted() -> Iterator[None]:
    """Turn SIGTERM into KeyboardInterrupt, so that both tidy up alike."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def interrupt(_number: int, _frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, interrupt)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


@contextlib.contextmanager
def _undisturbed() -> Iterator[None]:
    """Hold back a second Ctrl-C while tidying up."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {
        number: signal.signal(number, signal.SIG_IGN) for number in (signal.SIGINT, signal.SIGTERM)
    }
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _refuse_foreign(target: Path) -> None:
    if not target.exists():
        return
    if not target.is_dir():
        raise InputUnusable(
            "The output folder is a file.",
            where=str(target),
            remedy="Name another folder with --out.",
        )
    if any(target.iterdir()) and not (target / MARKER).is_file():
        raise InputUnusable(
            "The output folder holds files that Clearway did not write.",
            where=str(target),
            remedy="Name an empty or new folder with --out.",
        )


def _replace(target: Path, partial: Path) -> None:
    aside = Path(tempfile.mkdtemp(prefix=f".{target.name}.", dir=target.parent)) / "former"
    try:
        target.rename(aside)
        try:
            partial.rename(target)
        except OSError:
            aside.rename(target)
            raise
    finally:
        with _undisturbed():
            shutil.rmtree(aside.parent, ignore_errors=True)


@contextlib.contextmanager
def output_file(target: Path) -> Iterator[Path]:
    """Give a path to write to (a file or a new folder) that becomes ``target`` at the end.

    Raises:
        InputUnusable: the place cannot be written to.
    """
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        hidden = Path(tempfile.mkdtemp(prefix=f".{target.name}.", dir=target.parent))
    except OSError as error:
        raise InputUnusable(
            f"No file can be written here: {error.strerror}.",
            where=str(target),
            remedy="Name a place that you may write to with --out.",
        ) from error
    try:
        yield hidden / target.name
        (hidden / target.name).rename(target)
    finally:
        with _undisturbed():
            shutil.rmtree(hidden, ignore_errors=True)
