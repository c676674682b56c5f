"""Whether every amount, quantity and date of an encoded message is plainly well written.

One search over the whole text instead of one pattern for each value. What it accepts is right
for certain; what it does not accept goes to the careful walk, which decides.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

# A value stands before its attribute in every text that msgspec encodes from our records:
# an amount with its currency, a quantity with its unit, a date with its format; a value that
# stands alone may be either of the first two, so only what fits both is accepted.
# The first alternative is nearly every amount and quantity; the second says all that is plain.
_NOT_PLAIN = re.compile(
    rb'\{"value":"(?![1-9][0-9]{0,9}+(?:\.[0-9]{1,3}+)?"'
    rb'(?:,"(?:currencyID":"[A-Z][A-Z][A-Z]"|unitCode":")|\}))'
    rb"(?!-?(?!0[0-9])[0-9]{1,10}+"
    rb'(?:(?:\.[0-9]{1,3}+)?"(?:,"(?:currencyID":"[A-Z]{3}"|unitCode":")|\})'
    rb'|\.[0-9]{4,6}","unitCode":")'
    rb'|20[0-9]{6}(?:[0-9]{6}(?:Z|[-+][0-9]{2}))?","formatCode":"(?:102|304)")'
)


def has_plain_values(encoded: bytes) -> bool:
    """Tell whether all values of a message, as msgspec encodes it, are plainly well written."""
    return _NOT_PLAIN.search(encoded) is None


def not_plain(encoded: bytes) -> Iterator[re.Match[bytes]]:
    """Return the places of the values that are not plainly well written, from the brace on."""
    return _NOT_PLAIN.finditer(encoded)
