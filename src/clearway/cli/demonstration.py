"""Where the demonstration's day is kept, so that each of its declarations can be explained."""

from __future__ import annotations

import os
from pathlib import Path

COMMAND = "CLEARWAY_COMMAND"
"""The environment variable in which a starter says by which words it was called."""


def demonstration_folder() -> Path | None:
    """Return the folder of the day assessed last, or None where the user has no cache folder."""
    named = os.environ.get("CLEARWAY_CACHE") or os.environ.get("XDG_CACHE_HOME")
    try:
        return (Path(named) if named else Path.home() / ".cache") / "clearway" / "demo-day"
    except RuntimeError:
        return None


def command(*words: str) -> str:
    """Return a command line as the reader has to type it, quoted where a word needs it."""
    import shlex

    return " ".join((os.environ.get(COMMAND, "clearway"), *map(shlex.quote, words)))
