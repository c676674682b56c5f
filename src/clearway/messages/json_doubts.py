"""Cheap tests on the bytes of a JSON message: may it hold what a decoder does not notice?"""

from __future__ import annotations

import re

from clearway.messages.plain_values import has_plain_values

# The first bytes of all characters that ``leaf_checks`` calls suspect, then those characters.
_SUSPECT_STARTS = (b"\xc2", b"\xe2\x80", b"\xe2\x81", b"\xef\xbb", b"\xef\xbf", b"\xf3\xa0")
_SUSPECTS = re.compile(
    rb"\xc2[\x80-\x9f\xad]|\xe2\x80[\x8b\xaa-\xae]|\xe2\x81[\xa0-\xa9]|\xef\xbb\xbf"
    rb"|\xef\xbf[\xb9-\xbb\xbe\xbf]|\xf3\xa0[\x80\x81]"
)


def is_plain(encoded: bytes) -> bool:
    """Tell whether a message, as msgspec encodes it, holds nothing that a decoder overlooks.

    That is: no escapes, no DEL, no supplementary attributes (only the walk checks them), no text
    that begins with a space (it may consist of spaces), no suspect characters, and no amount,
    quantity or date that is not plainly well written.
    """
    if b"\\" in encoded or b"\x7f" in encoded or (b"@" in encoded and b'"@"' in encoded):
        return False
    if b':" ' in encoded or not has_plain_values(encoded):
        return False
    if encoded.isascii():
        return True
    return not (any(s in encoded for s in _SUSPECT_STARTS) and _SUSPECTS.search(encoded))


def keeps_every_key(data: bytes, again: bytes) -> bool:
    """Tell whether a message and what was read of it, encoded again, have the same keys.

    Encoding never adds to a text without escapes, so equal length means that nothing got lost.
    A message with white space is longer; there the colons are counted, one for each key and as
    many inside texts on both sides.
    """
    if b"\\" in data:
        return False
    return len(again) == len(data) or again.count(b":") == data.count(b":")
