"""Pure rules of cargo: how numbers are compared and what a pack tolerates."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from datetime import datetime, timedelta
from fractions import Fraction
from types import MappingProxyType

import msgspec

_BETWEEN = re.compile(r"[\W_]+")
_LONGEST_KEY = 70


def document_key(number: str) -> str:
    """Return a transport document's number as it is compared: letters and digits, upper case.

    What cannot be the number of a reported document has the empty key.

    >>> document_key("020-1234 5675"), document_key("maeu/123")
    ('02012345675', 'MAEU123')
    """
    if len(number) > 4 * _LONGEST_KEY:
        return ""
    key = _BETWEEN.sub("", unicodedata.normalize("NFKC", number)).upper()
    return key if len(key) <= _LONGEST_KEY else ""


_LEAD_HOURS: Mapping[str, Fraction] = MappingProxyType(
    {mode: Fraction(hours) for mode, hours in (("1", 24), ("2", 2), ("3", 1), ("4", 4), ("8", 24))}
)
"""The SAFE Framework's, where a pack says nothing: containers by sea, rail, road, long-haul air."""


class CargoLaw(msgspec.Struct, frozen=True):
    """What a country's pack says about cargo: its settings ``cargo.*``.

    Tolerances are shares: ``1/200`` lets half a per cent more be drawn, or stand on the houses of
    a master, than was reported. ``lead_hours`` is how long before departure (sea in containers) or
    arrival (all else) a report is due, by mode (UN Rec 19); ``pre_loading_hours`` how long before
    departure air pre-loading data are. ``storage_days`` is how long goods may lie before they are
    overdue. Words and countries under an order of screening or of no loading are lower-case words
    and ISO 3166 codes; ``heaviest_piece`` is in millionths of a kilogram.
    """

    bulk_tolerance: Fraction = Fraction(1, 200)
    packed_tolerance: Fraction = Fraction(1, 100)
    house_tolerance: Fraction = Fraction(1, 100)
    storage_days: int = 90
    lead_hours: Mapping[str, Fraction] = _LEAD_HOURS
    pre_loading_hours: Fraction = Fraction(0)
    heaviest_piece: int = 5_000_000_000
    screening_countries: frozenset[str] = frozenset()
    screening_words: frozenset[str] = frozenset()
    no_loading_words: frozenset[str] = frozenset()


_SHARES = ("bulk_tolerance", "packed_tolerance", "house_tolerance", "pre_loading_hours")
_LISTS = ("screening_countries", "screening_words", "no_loading_words")
_PREFIX = "cargo."


def law_of(settings: Mapping[str, str]) -> CargoLaw:
    """Return the cargo law of a pack's settings; what it does not say is the default.

    Raises:
        ValueError: a setting is not a number of its kind, or negative.
    """
    found: dict[str, object] = {}
    for name in _SHARES:
        if text := settings.get(_PREFIX + name):
            found[name] = _share(text)
    for name in _LISTS:
        if text := settings.get(_PREFIX + name):
            found[name] = frozenset(part.strip() for part in text.split(";") if part.strip())
    if text := settings.get(_PREFIX + "storage_days"):
        found["storage_days"] = int(text)
    if text := settings.get(_PREFIX + "heaviest_piece_kg"):
        found["heaviest_piece"] = int(text) * 1_000_000
    hours = {
        name.rsplit(".", 1)[1]: _share(text)
        for name, text in settings.items()
        if name.startswith(_PREFIX + "lead_hours.")
    }
    if hours:
        found["lead_hours"] = {**_LEAD_HOURS, **hours}
    return CargoLaw(**found)  # type: ignore[arg-type]


def _share(text: str) -> Fraction:
    """Read ``1/200``, ``0.5`` or ``0.5 %``, none of them negative."""
    percent = text.endswith("%")
    share = Fraction(text.removesuffix("%").strip()) / (100 if percent else 1)
    if share < 0:
        raise ValueError(f"{text} is negative")
    return share


def allowance(gross_mass: int, tolerance: Fraction) -> int:
    """Return the most mass that may be drawn, in millionths of a kilogram, rounded down."""
    return gross_mass + int(gross_mass * tolerance)


def packages_left(packages: int, tallied: int | None, drawn: int) -> int:
    """Return the packages that may still be drawn: of those reported, or of those found if fewer.

    >>> packages_left(100, None, 60), packages_left(100, 98, 60), packages_left(100, 98, 100)
    (40, 38, 0)
    """
    most = packages if tallied is None else min(packages, tallied)
    return max(0, most - drawn)


def mass_left(most: int, tallied: int | None, drawn: int, *, bulk: bool) -> int:
    """Return the mass that may still be drawn; of bulk goods found short, no more than found."""
    if bulk and tallied is not None:
        most = min(most, tallied)
    return max(0, most - drawn)


def report_due(
    law: CargoLaw, mode: str, *, contained: bool, arrival: datetime, departure: datetime | None
) -> datetime | None:
    """Return until when a report had to be there; ``None`` where the law sets no time for the mode.

    Containers by sea are due before they are loaded, so before departure where that is known;
    everything else before arrival.
    """
    hours = law.lead_hours.get(mode)
    if hours is None:
        return None
    moment = departure if mode == "1" and contained and departure is not None else arrival
    return moment - timedelta(seconds=int(hours * 3600))


def kilograms(mass: int) -> str:
    """Return a mass in millionths of a kilogram as kilograms, written exactly.

    >>> kilograms(1_250_500_000), kilograms(1), kilograms(7_000_000)
    ('1250.5', '0.000001', '7')
    """
    sign, (whole, rest) = "-" if mass < 0 else "", divmod(abs(mass), 1_000_000)
    return sign + (f"{whole}.{rest:06}".rstrip("0") if rest else str(whole))


def millionths(text: str) -> int:
    """Return kilograms, written with at most six decimals, as millionths of a kilogram.

    >>> millionths("1250.5")
    1250500000
    """
    whole, _, rest = text.partition(".")
    return int(whole) * 1_000_000 + int(rest.ljust(6, "0") or "0")
