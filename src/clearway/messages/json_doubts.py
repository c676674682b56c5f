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
_REVERSED = (b'{"currencyID":', b'{"unitCode":', b'{"formatCode":')


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


def doubtful_data(encoded: bytes) -> list[tuple[bytes, str]] | None:
    """Return all data that a decoder may accept and a check may not.

    Args:
        encoded: a message as msgspec encodes it from plain objects, in the order of its text.

    Returns:
        Each key with its value as it is encoded (``"Name":"  "``), and the key as a tag; ``None``
        where that cannot tell (supplementary attributes, escapes).
    """
    if b"\\" in encoded or (b"@" in encoded and b'"@"' in encoded):
        return None
    ends = [match.start() - 1 for match in not_plain(encoded)]
    ends.extend(match.start() - 2 for match in _LEADING_SPACE.finditer(encoded))
    if b'","value":' in encoded:
        for opening in _REVERSED:
            ends.extend(offset - 1 for offset in _all(encoded, opening))
    ends.extend(encoded.rfind(b'":"', 0, offset) + 1 for offset in _all(encoded, b"\x7f"))
    if not encoded.isascii():
        suspects = _SUSPECTS.finditer(encoded)
        ends.extend(encoded.rfind(b'":"', 0, match.start()) + 1 for match in suspects)
    return [_datum(encoded, colon) for colon in sorted(set(ends))]


def _all(encoded: bytes, sought: bytes) -> Iterator[int]:
    offset = encoded.find(sought)
    while offset >= 0:
        yield offset
        offset = encoded.find(sought, offset + 1)


def _datum(encoded: bytes, colon: int) -> tuple[bytes, str]:
    """Return the key and value around a colon, and the key alone."""
    begin = encoded.rfind(b'"', 0, max(colon - 1, 0))
    pair = encoded[colon + 1 : colon + 2] == b"{"
    end = encoded.find(b"}" if pair else b'"', colon + 2)
    return encoded[begin:end], encoded[begin + 1 : colon - 1].decode("utf-8", "replace")


def keeps_every_key(data: bytes, again: bytes) -> bool:
    """Tell whether a message and what was read of it, encoded again, have the same keys.

    Encoding never adds to a text without escapes, so equal length means that nothing got lost.
    A message with white space is longer; there the colons are counted, one for each key and as
    many inside texts on both sides.
    """
    if b"\\" in data:
        return False
    return len(again) == len(data) or again.count(b":") == data.count(b":")
