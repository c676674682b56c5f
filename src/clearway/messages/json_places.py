"""Where things stand in a JSON text: the offset of a key or of an entry of an array."""

from __future__ import annotations

import json
import re

# The keys and positions that lead to a datum from the top; a last step ``twice`` means the
# second occurrence of the key before it.
Path = tuple[str | int, ...]
TWICE = "twice"
_LEXEME = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\]:,]|[^\s"{}\[\]:,]+', re.DOTALL)


class _Level:
    """One open object or array."""

    __slots__ = ("is_object", "keys", "step")

    def __init__(self, *, is_object: bool) -> None:
        self.is_object = is_object
        self.step: str | int = "" if is_object else 0
        self.keys: set[str] = set()


def offsets(text: str, wanted: set[Path]) -> dict[Path, int]:
    """Return the offset of each wanted path in a well-formed JSON text."""
    places: dict[Path, int] = {(): 0}
    levels: list[_Level] = []
    key_next = False
    for match in _LEXEME.finditer(text):
        lexeme = match[0]
        if lexeme in "}]":
            levels.pop()
            key_next = False
        elif lexeme == ",":
            key_next = levels[-1].is_object
            if not key_next:
                levels[-1].step = int(levels[-1].step) + 1
        elif lexeme != ":":
            if levels and (key_next or not levels[-1].is_object):
                _note(
                    places, levels, match.start(), wanted, json.loads(lexeme) if key_next else None
                )
            key_next = lexeme == "{"
            if lexeme in "{[":
                levels.append(_Level(is_object=key_next))
    return places


def _note(
    places: dict[Path, int], levels: list[_Level], offset: int, wanted: set[Path], key: str | None
) -> None:
    """Keep the offset of the key or entry that starts here, if it is wanted."""
    level = levels[-1]
    if key is not None:
        level.step = key
    path = tuple(each.step for each in levels)
    if key is not None and key in level.keys:
        path = (*path, TWICE)
    elif key is not None:
        level.keys.add(key)
    if path in wanted:
        places.setdefault(path, offset)
