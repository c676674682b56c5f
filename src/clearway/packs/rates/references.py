"""Rates that stand elsewhere: "the duty provided in the applicable subheading + 25%".

Such a text is law as clear as a number, but the number stands in another line, note or table.
It becomes a REFERENCE component whose ``unit`` names the target; the measure then depends on
that target and is unsupported, never zero, until somebody resolves it.

=========================  =================================================================
target                     the rate is that of
=========================  =================================================================
``applicable``             the subheading under which the goods would be classified otherwise
``absence``                the line that would apply if this one did not exist
``each``                   each garment of the set, as if entered separately
``highest_of_set``         the article of the set with the highest rate
``whole_article``          the article of which this is a part or accessory
``complete_movement``      the complete, assembled movement
``line:9823.04.01-…``      the lines named
``note:…``                 the legal note named
``area:korea``             the applicable subheading's preferential rate for that area
``table:EA``               the agricultural component of the EU's table, by additional code
=========================  =================================================================
"""

from __future__ import annotations

import re
from typing import NamedTuple


class Reference(NamedTuple):
    """A target, whether the goods are free under its conditions, and the rest of the text."""

    target: str
    free: bool = False
    rest: str = ""


_NOTE = (
    r"(?:additional )?u\.s\. note (?P<note>\d+(?:\([a-z]\))*)(?: (?:of|to) this sub-? ?chapter)?"
)
_LINE = r"\d{4}(?:\.\d{2}){0,3}"
_LINES = rf"(?P<lines>{_LINE}(?: ?- ?{_LINE})?(?:, *{_LINE}(?: ?- ?{_LINE})?)*)"
_PATTERNS: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern), target)
    for pattern, target in (
        (r"no change", "applicable"),
        (
            (
                r"(?:the )?duty (?:rate )?provided (?:for )?in ?(?:the applicable|such) subheading"
                r"(?P<rest> ?(?:\+|plus|minus).*)?"
            ),
            "applicable",
        ),
        (
            r"the duty rate provided for originating goods of (?P<area>[a-z ]+) in such subheading",
            "area:{area}",
        ),
        (
            r"the rate provided for beneficiary countries in heading " + _LINES,
            "line:{lines}",
        ),
        (r"the rate applicable to the natural juice in heading " + _LINES, "line:{lines}"),
        (
            (
                r"the rate applicable to each garment in the (?:in the )?ensemble"
                r" if (?:separately entered|entered separately)"
            ),
            "each",
        ),
        (r"the rate applicable to each article in the absence of this subheading", "absence"),
        (r"the rate applicable in the absence of this (?:sub)?heading", "absence"),
        (
            (
                r"the rate of duty applicable to that article in the set subject to the"
                r" high-?est rate of duty"
            ),
            "highest_of_set",
        ),
        (
            r"the rate applicable to the article of which it is an? (?:part or )?accessory",
            "whole_article",
        ),
        (r"the rate applicable to the complete, assembled movement", "complete_movement"),
        (r"see " + _LINES, "line:{lines}"),
        (r"see " + _NOTE, "note:{note}"),
    )
)
_CONDITIONAL_FREE = re.compile(
    r"free,? (?:under bond, as prescribed in |under the terms of |\(see )" + _NOTE + r"\)?"
)


def read_reference(text: str) -> Reference | None:
    """Return the reference that a plain lower-case text makes as a whole, or None."""
    text = text.strip("[] ")
    if match := _CONDITIONAL_FREE.fullmatch(text):
        return Reference(f"note:{match.group('note')}", free=True)
    for pattern, target in _PATTERNS:
        if match := pattern.fullmatch(text):
            groups = {key: value or "" for key, value in match.groupdict().items()}
            rest = groups.pop("rest", "").strip().replace("plus", "+")
            named = {key: re.sub(r"\s+", "", value) for key, value in groups.items()}
            return Reference(target.format(**named), rest=rest)
    return None
