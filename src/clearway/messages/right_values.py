"""Values that are right for certain, found once for each distinct text.

Tables repeat themselves: a file of a million rows has a few hundred country codes, units and
procedures. What is not right for certain is in doubt, and its whole message goes the careful way,
which says what is wrong and where.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from clearway.messages.formats import Leaf
from clearway.messages.leaf_checks import (
    PLAIN_DECIMALS,
    PLAIN_MOMENT,
    PLAIN_NUMBER,
    check_leaf,
    is_plain_text,
)
from clearway.messages.shapes import Member
from clearway.messages.xml_attributes import check_attribute

_NUMBERS = frozenset({"amount", "quantity", "numeric"})
_MOST_KEPT = 4_096
_LONGEST = 512
"""Characters of the longest text with a limit; one without a limit is rare, and read with care."""


class DoubtError(Exception):
    """Something about a message is not right for certain."""


def right_value(leaf: Leaf, text: str) -> Any:
    """Return a value as a record keeps it.

    Raises:
        DoubtError: it is wrong, or would be kept otherwise than it is written.
    """
    if leaf.kind == "sequence":
        if text.isascii() and text.isdecimal() and len(text) <= leaf.digits:
            return int(text)
        raise DoubtError
    if is_plain_text(leaf, text):
        return text
    kept, troubles = check_leaf(leaf, text)
    if troubles or kept != text or len(text) > _LONGEST:
        raise DoubtError
    return text


def plain_test(leaf: Leaf) -> Callable[[str], Any]:
    """Return a quick test that only texts pass that are right and kept as they are."""
    if leaf.kind in _NUMBERS and leaf.decimals >= PLAIN_DECIMALS:
        return PLAIN_NUMBER.match
    if leaf.kind == "datetime":
        return PLAIN_MOMENT.match
    return partial(is_plain_text, leaf)


def right_attribute(member: Member, text: str) -> str:
    """Return the attribute of an amount, a quantity or a date.

    Raises:
        DoubtError: it is wrong.
    """
    own = member.attribute_tag
    if member.leaf is None or check_attribute(member.leaf, own, own, text) is not None:
        raise DoubtError
    return text


class RightValues(dict[Any, Any]):
    """What each distinct text becomes; a text that is looked up the first time is checked then.

    Args:
        check: returns what a text becomes.
        plain: matches texts that are right and stay as they are; they need not be kept.

    Raises:
        DoubtError: from a look-up of a text that is not right for certain.
    """

    def __init__(
        self, check: Callable[[Any], Any], plain: Callable[[str], Any] = lambda _text: False
    ) -> None:
        super().__init__()
        self._check = check
        self._plain = plain

    def __missing__(self, text: Any) -> Any:
        value = self._check(text)
        if len(self) >= _MOST_KEPT:
            self.clear()
        self[text] = value
        return value

    def wrong(self, texts: Sequence[str | None]) -> list[int]:
        """Return the places of the texts that are not right for certain."""
        plain, places = self._plain, []
        for place, text in enumerate(texts):
            if text is None or text in self or plain(text):
                continue
            try:
                self[text]
            except DoubtError:
                places.append(place)
        return places
