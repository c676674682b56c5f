"""Pure rules of cargo: how numbers are compared and what a pack tolerates."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from fractions import Fraction
from types import MappingProxyType

import msgspec

_BETWEEN = re.compile(r"[\s\-]+")
_LONGEST_KEY = 70
BULK_PACKAGES = frozenset({"VG", "VL", "VO", "VQ", "VR", "VS", "VY"})
"""UN Rec 21: goods that lie loose in a hold or tank. They are drawn by mass."""


def document_key(number: str) -> str:
    """Return a transport document's number as it is compared: no blanks, no hyphens, upper case.

    What cannot be the number of a reported document, being too long or holding a control
    character, has the empty key.

    >>> document_key("020-1234 5675"), document_key("maeu123")
    ('02012345675', 'MAEU123')
    """
    key = _BETWEEN.sub("", unicodedata.normalize("NFKC", number)).upper()
    return key if len(key) <= _LONGEST_KEY and key.isprintable() else ""


_LEAD_HOURS: Mapping[str, Fraction] = MappingProxyType(
    {mode: Fraction(hours) for mode, hours in (("1", 24), ("2", 2), ("3", 1), ("4", 4), ("8", 24))}
)
"""The SAFE Framework's, where a pack says nothing: containers by sea, rail, road, long-haul air."""


class CargoLaw(msgspec.Struct, frozen=True):
    """What a country's pack says about cargo: its settings ``cargo.*``.

    Tolerances are shares: ``1/200`` lets half a per cent more be drawn, or stand on the houses of
    a master, than was reported. ``lead_hours`` is how long before its moment a report is due, by
    mode (UN Rec 19); for mode 4, before departure. ``storage_days`` is how long goods may lie
    before they are overdue.
    """

    bulk_tolerance: Fraction = Fraction(1, 200)
    packed_tolerance: Fraction = Fraction(0)
    house_tolerance: Fraction = Fraction(1, 100)
    storage_days: int = 90
    lead_hours: Mapping[str, Fraction] = _LEAD_HOURS


def allowance(gross_mass: int, tolerance: Fraction) -> int:
    """Return the most mass that may be drawn, in millionths of a kilogram, rounded down."""
    return gross_mass + int(gross_mass * tolerance)
