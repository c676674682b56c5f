"""LIKE patterns: ``%`` stands for any run of characters, ``_`` for exactly one.

A pattern is cut at its ``%`` into pieces that are looked for from left to right, so a match costs
the length of the text times that of the pattern at most, whatever the pattern looks like.
"""

from __future__ import annotations

import re
from collections.abc import Callable


def prefix_of(pattern: str) -> str | None:
    """Return ``abc`` for a pattern of the form ``abc%`` (or ``abc%%``), else None."""
    stem = pattern.rstrip("%")
    return None if stem == pattern or "%" in stem or "_" in stem else stem


def _finder(piece: str) -> Callable[[str, int], int]:
    """Return a function that finds where the piece begins in a text, from a position on, or -1."""
    if "_" not in piece:
        return lambda text, start: text.find(piece, start)
    find = re.compile("".join("." if c == "_" else re.escape(c) for c in piece), re.DOTALL).search

    def search(text: str, start: int) -> int:
        found = find(text, start)
        return found.start() if found else -1

    return search


def _fits(piece: str, text: str, start: int) -> bool:
    return len(text) >= start + len(piece) and all(
        wanted in ("_", text[start + offset]) for offset, wanted in enumerate(piece)
    )


def matcher(pattern: str) -> Callable[[str], bool]:
    """Return a function that tells whether a text matches the pattern, case-sensitively."""
    pieces = pattern.split("%")
    if len(pieces) == 1:
        return lambda text: len(text) == len(pattern) and _fits(pattern, text, 0)
    first, last = pieces[0], pieces[-1]
    middle = [(len(piece), _finder(piece)) for piece in pieces[1:-1] if piece]
    plain = "_" not in pattern
    if plain and not middle:
        least = len(first) + len(last)
        return lambda text: len(text) >= least and text.startswith(first) and text.endswith(last)
    if plain and len(middle) == 1 and not first and not last:
        word = pattern.strip("%")
        return lambda text: word in text

    def match(text: str) -> bool:
        end = len(text) - len(last)
        start = len(first)
        if end < start or not _fits(first, text, 0) or not _fits(last, text, end):
            return False
        for length, find in middle:
            found = find(text, start)
            if found < 0 or found + length > end:
                return False
            start = found + length
        return True

    return match
