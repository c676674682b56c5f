"""The settings that an installation gives by environment variables: one checked list.

``docs/settings.md`` is made from this list (``clearway settings``), and a test holds them equal.
A name that begins with ``CLEARWAY_`` and is not in the list stops the start: a setting that is
misspelt must not be silently ignored.
"""

from __future__ import annotations

import difflib
import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import msgspec

from clearway.vocabulary.errors import InputUnusable


class Setting(msgspec.Struct, frozen=True):
    """One setting: its variable, how it is read, its default as written, and what it means."""

    name: str
    read: Callable[[str], Any]
    default: str
    meaning: str


def _flag(text: str) -> bool:
    if text not in {"0", "1"}:
        raise ValueError("give 1 or 0")
    return text == "1"


def _natural(text: str) -> int:
    if not text.isascii() or not text.isdigit():
        raise ValueError("give a whole number")
    return int(text)


def _words(text: str) -> list[str]:
    return [word for word in text.replace(",", " ").split() if word]


SETTINGS = (
    Setting("CLEARWAY_DATA", Path, "clearway-data", "folder of the database, documents and keys"),
    Setting(
        "CLEARWAY_DATABASE",
        str,
        "sqlite",
        "`sqlite`, or `postgresql://user:password@host:port/name` (15 or newer)",
    ),
    Setting("CLEARWAY_HOST", str, "127.0.0.1", "address on which the server listens"),
    Setting("CLEARWAY_PORT", _natural, "8765", "port on which the server listens"),
    Setting("CLEARWAY_HOSTS", _words, "localhost 127.0.0.1 [::1]", "names the server answers to"),
    Setting("CLEARWAY_HTTPS", _flag, "0", "1: cookies and redirects are for HTTPS only"),
    Setting("CLEARWAY_DEMO", _flag, "0", "1: simulated clock and ready sign-ins; never in service"),
    Setting("CLEARWAY_PACK", str, "portolan", "country pack published at the first start"),
    Setting("CLEARWAY_LOG_LEVEL", str, "INFO", "DEBUG, INFO, WARNING or ERROR"),
    Setting("CLEARWAY_QUEUE", _natural, "4096", "lodgements that may wait; beyond it, 429"),
    Setting("CLEARWAY_OPEN_DATA", Path, "../shared/data", "open data for tests and conformance"),
    Setting("CLEARWAY_VENV", str, "", "read by start.py: folder of the environment"),
    Setting("CLEARWAY_COMMAND", str, "", "set by start.py: how the user calls the command"),
)


def read_environment(environment: Mapping[str, str] = os.environ) -> dict[str, Any]:
    """Return every setting, read and checked.

    Raises:
        InputUnusable: names every setting that is unknown or cannot be read.
    """
    known = {setting.name: setting for setting in SETTINGS}
    wrong = []
    for name in sorted(environment):
        if name.startswith("CLEARWAY_") and name not in known:
            near = difflib.get_close_matches(name, known, 1)
            wrong.append(f"{name} is no setting" + (f" (did you mean {near[0]}?)" if near else ""))
    values = {}
    for setting in SETTINGS:
        text = environment.get(setting.name, setting.default)
        try:
            values[setting.name] = setting.read(text)
        except ValueError as error:
            wrong.append(f"{setting.name}={text!r}: {error}")
    if wrong:
        raise InputUnusable(
            "The settings cannot be used: " + "; ".join(wrong) + ".",
            where="environment",
            remedy="docs/settings.md lists every setting.",
        )
    return values
