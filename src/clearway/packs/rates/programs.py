"""Cells with several groups: a rate and the programmes that may claim it.

``Free (A+,AU,BH) 3.2% (JP) See 9823.04.01-9823.04.54 (S+)`` has three groups. A group without
indicators applies to whoever is entitled to the special column at all.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from clearway.kernel.measures import RateExpression
from clearway.packs.rates.grammar import parse_rate
from clearway.packs.rates.tokens import plain_text


class ProgramRate(NamedTuple):
    """One group of a special rate. ``programs`` are the indicators, e.g. ``("A+", "AU")``."""

    expression: RateExpression
    programs: tuple[str, ...]


_INDICATOR = r"[A-Z]{1,2}[*+#]?"
_GROUP = re.compile(rf"\(\s*({_INDICATOR}(?:(?:\s*[,.]+\s*|\s+){_INDICATOR})*)\s*[,.]?\s*\)")


def parse_program_rates(text: str, default_currency: str = "") -> tuple[ProgramRate, ...]:
    """Read a special-rate cell into its groups, in order; an empty cell has none.

    What cannot be read is a group with an UNSUPPORTED expression, so nothing is lost.

    >>> [group.programs for group in parse_program_rates("Free (A,AU) 3.2% (JP)")]
    [('A', 'AU'), ('JP',)]
    """
    plain = plain_text(text)
    groups: list[ProgramRate] = []
    start = 0
    for match in _GROUP.finditer(plain):
        rate = plain[start : match.start()].strip()
        programs = tuple(re.findall(_INDICATOR, match.group(1)))
        groups.append(ProgramRate(parse_rate(rate, default_currency), programs))
        start = match.end()
    rest = plain[start:].strip()
    if rest:
        groups.append(ProgramRate(parse_rate(rest, default_currency), ()))
    return tuple(groups)
