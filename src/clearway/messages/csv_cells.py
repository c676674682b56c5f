"""Cells of a CSV file that no spreadsheet runs as a formula, and the data that they hold.

A cell that a spreadsheet would run (it begins with ``=``, ``+``, ``-``, ``@``, tab, carriage return
or line feed and is no plain number) stands behind an apostrophe, as does one that begins with an
apostrophe; a lone apostrophe is an empty text.
"""

from __future__ import annotations

import re

_RISKY = ("=", "+", "-", "@", "\t", "\r", "\n", "'")
_PLAIN_NUMBER = re.compile(r"-[0-9]+(?:\.[0-9]+)?\Z")


def harmless(text: str) -> str:
    """Return a cell that no spreadsheet runs; ``as_data`` gives the text back."""
    if not text or (text.startswith(_RISKY) and not _PLAIN_NUMBER.match(text)):
        return "'" + text
    return text


def as_data(cell: str) -> str:
    """Return the text that a cell holds."""
    if cell[:1] == "'" and (len(cell) == 1 or cell[1] in _RISKY):
        return cell[1:]
    return cell
