"""Cheap tests on the bytes of a JSON message: may it hold what a decoder does not notice?"""

from __future__ import annotations

import re
from collections.abc import Iterator

from clearway.messages.plain_values import has_plain_values, not_plain

# The first bytes of all characters that ``leaf_checks`` calls suspect, then those characters.
_SUSPECT_STARTS = (b"\xc2", b"\xe2\x80", b"\xe2\x81", b"\xef\xbb", b"\xef\xbf", b"\xf3\xa0")
_SUSPECTS = re.compile(
    rb"\xc2[\x80-\x9f\xad]|\xe2\x80[\x8b\xaa-\xae]|\xe2\x81[\xa0-\xa9]|\xef\xbb\xbf"
    rb"|\xef\xbf[\xb9-\xbb\xbe\xbf]|\xf3\xa0[\x80\x81]"
)
# Encoded text has no space but within texts, so that one behind a quote begins a text.
_LEADING_SPACE = re.compile(rb' (?<=" )')
_ATTRIBUTES = b'"@":'


def is_plain(encoded: bytes) -> bool:
    """Tell whether a message, as msgspec encodes it, holds nothing that a decoder overlooks.

    That is: no escapes, no DEL, no supplementary attributes (only the walk checks them), no text
    that begins with a space (it may consist of spaces), no suspect characters, and no amount,
    quantity or date that is not plainly well written.
    """
    if b"\\" in encoded or b"\x7f" in encoded or (b"@" in encoded and b'"@"' in encoded):
        return False
    if _LEADING_SPACE.search(encoded) or not has_plain_values(encoded):
        return False
    if encoded.isascii():
        return True
    return not (any(s in encoded for s in _SUSPECT_STARTS) and _SUSPECTS.search(encoded))


def doubtful_offsets(text: bytes) -> list[int]:
    """Return where data stand that a decoder may accept and a check may not.

    Args:
        text: a message without spaces between its data.

    Returns:
        Offsets in ascending order. Each lies within the value in doubt, from its first byte on;
        an offset may come twice, and there may be some with nothing wrong. An amount, quantity
        or date whose attribute comes first is not among them.
    """
    doubts = [match.start() for match in not_plain(text)]
    doubts.extend(match.start() - 1 for match in _LEADING_SPACE.finditer(text))
    if b"\\" in text:
        doubts.extend(_all(text, b"\\"))
    if b"\x7f" in text:
        doubts.extend(_all(text, b"\x7f"))
    if b"@" in text:
        doubts.extend(offset + len(_ATTRIBUTES) for offset in _all(text, _ATTRIBUTES))
    if not text.isascii():
        doubts.extend(match.start() for match in _SUSPECTS.finditer(text))
    doubts.sort()
    return doubts


def _all(text: bytes, sought: bytes) -> Iterator[int]:
    offset = text.find(sought)
    while offset >= 0:
        yield offset
        offset = text.find(sought, offset + 1)


def keeps_every_key(data: bytes, again: bytes) -> bool:
    """Tell whether a message and what was read of it, encoded again, have the same keys.

    Encoding never adds to a text without escapes, so equal length means that nothing got lost.
    A message with white space is longer; there the colons are counted, one for each key and as
    many inside texts on both sides.
    """
    if b"\\" in data:
        return False
    return len(again) == len(data) or again.count(b":") == data.count(b":")
