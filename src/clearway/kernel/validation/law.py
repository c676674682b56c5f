"""A reference as the rules read it: limits from the settings, and the codes in force on a day.

Made once for each reference and kept while the reference is in use. The codes of a day are
plain dictionaries, shared by all days between two changes of the lists.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import NamedTuple

import msgspec

from clearway.kernel.reference import CodeEntry, CodeList, Reference
from clearway.kernel.validation.amounts import step_of
from clearway.kernel.validation.stop_list import STOP_LIST, folded
from clearway.vocabulary.code_lists import minor_unit_exponent
from clearway.vocabulary.errors import PackRefused
from clearway.vocabulary.money import DECLARED_AMOUNT_SCALE, QUANTITY_SCALE, scaled

_MOST_DAYS_KEPT = 64
_MOST_CURRENCIES_KEPT = 1024


class Limits(msgspec.Struct, frozen=True):
    """The pack's settings for validation, with the defaults that the package documents."""

    max_items: int = 999
    description_length: int = 512
    description_letters: int = 3
    mass_tolerance: int = 0
    mass_tolerance_per_mille: int = 0
    amount_tolerance: int = 0
    rate_tolerance_per_million: int = 0
    rate_form: str = "local_per_unit"
    stop_list: frozenset[str] = frozenset()
    imports: frozenset[str] = frozenset({"IM", "CO"})
    exports: frozenset[str] = frozenset({"EX"})
    home: frozenset[str] = frozenset()
    full_functions: frozenset[str] = frozenset({"", "2", "4", "5", "9"})
    simplified_types: frozenset[str] = frozenset({"B", "C", "E", "F", "J", "K", "Q"})
    zone_required: bool = True
    party_scheme: str = "tin"
    no_preference: frozenset[str] = frozenset({"", "100"})
    no_previous: frozenset[str] = frozenset({"", "00", "0000"})
    ship_means: str = "10"
    flight_means: str = "40"
    air_waybills: frozenset[str] = frozenset({"740", "741"})
    mrn_documents: frozenset[str] = frozenset({"MRN"})


def limits_of(reference: Reference) -> Limits:
    """Read the ``validation.*`` settings of a pack.

    Raises:
        PackRefused: a setting has a value that cannot be read; names the key and the form.
    """
    own = {
        key.removeprefix("validation."): text
        for key, text in reference.settings.items()
        if key.startswith("validation.")
    }
    values: dict[str, object] = {}
    for field in msgspec.structs.fields(Limits):
        text = own.get(field.name)
        if text is not None:
            values[field.name] = _value(field.name, text, type(getattr(_DEFAULTS, field.name)))
    values.setdefault("home", frozenset({reference.country}))
    words = own.get("stop_list", "")
    # A pack's words are added to the international ones; it may take some of those away.
    kept = STOP_LIST - {folded(word) for word in own.get("stop_list_allows", "").split(";")}
    values["stop_list"] = kept | {folded(word) for word in words.split(";") if folded(word)}
    return msgspec.convert(values, Limits)


_DEFAULTS = Limits()
_SCALES = {"mass_tolerance": QUANTITY_SCALE, "amount_tolerance": DECLARED_AMOUNT_SCALE}


def _value(name: str, text: str, kind: type) -> object:
    try:
        if name in _SCALES:
            return scaled(Decimal(text), _SCALES[name])
        if kind is bool:
            return {"true": True, "yes": True, "false": False, "no": False}[text.strip().lower()]
        if kind is int:
            return int(text)
    except (ValueError, KeyError, InvalidOperation) as problem:
        raise PackRefused(
            f"the value {text!r} cannot be read as {kind.__name__}",
            where=f"[settings] validation.{name}",
            remedy="Write a whole number, a decimal number, or true or false.",
        ) from problem
    if kind is frozenset:
        return frozenset(word.strip() for word in text.split(";"))
    return text.strip()


class ProcedureTerms(NamedTuple):
    """What a procedure goes with, read once; an empty set of codes allows every one.

    ``requires`` tells whether it asks for anything beside: a document, guarantee, warehouse or
    authorisation.
    """

    directions: frozenset[str]
    previous: frozenset[str]
    requires: bool

    def fits(self, direction: str, previous: str) -> bool:
        """Tell whether the procedure goes with a direction and after a previous procedure."""
        return (not self.directions or not direction or direction in self.directions) and (
            not self.previous or not previous or previous in self.previous
        )


_REQUIREMENTS = (
    "requires_previous_document",
    "requires_guarantee",
    "requires_warehouse",
    "requires_authorisation",
)


class Day:
    """The codes in force on a day: ``lists[name][code]`` is the entry.

    Without a day (``None``) every code that a list ever held is taken for valid, so that an
    unknown one is still told. ``procedures`` are the procedures' terms, ``beside`` the
    procedures that an additional procedure may stand beside, where it names any.
    """

    __slots__ = ("beside", "lists", "number", "procedures")

    def __init__(self, number: int | None, lists: Mapping[str, Mapping[str, CodeEntry]]) -> None:
        self.number = number
        self.lists = lists
        self.procedures: Mapping[str, ProcedureTerms] = {
            code: ProcedureTerms(
                frozenset(entry.properties.get("direction", "").split()),
                frozenset(entry.properties.get("previous", "").split()),
                any(entry.properties.get(key) for key in _REQUIREMENTS),
            )
            for code, entry in lists.get("procedure", {}).items()
            if entry.properties
        }
        self.beside: Mapping[str, frozenset[str]] = {
            code: frozenset(allowed)
            for code, entry in lists.get("additional_procedure", {}).items()
            if (allowed := entry.properties.get("procedures", "").split())
        }

    def entry(self, name: str, code: str) -> CodeEntry | None:
        """Return the entry of a code in force, or None; also where the pack has no such list."""
        codes = self.lists.get(name)
        return None if codes is None else codes.get(code)

    def property_of(self, name: str, code: str, key: str) -> str:
        """Return a property of a code, empty where code or property is not there."""
        entry = self.entry(name, code)
        return "" if entry is None else entry.properties.get(key, "")


class Law:
    """One reference, compiled for the rules."""

    __slots__ = (
        "_by_interval",
        "_changes",
        "_steps",
        "_whole",
        "lengths",
        "limits",
        "longest",
        "longest_stop",
        "odd_commodities",
        "reference",
        "stop_starts",
        "without_freight",
    )

    def __init__(self, reference: Reference) -> None:
        self.reference = reference
        self.limits = limits_of(reference)
        self.lengths = frozenset(len(code) for code in reference.commodities)
        # Folding drops signs and blanks, so that a text much longer cannot become one of these.
        self.longest_stop = 2 * max(map(len, self.limits.stop_list), default=0)
        self.stop_starts = frozenset(text.split()[0] for text in self.limits.stop_list)
        # What the buckets of ``written.Strings`` hold, in their order.
        self.longest = (17, 35, 70, 35, 70, 256, 512, self.limits.description_length)
        self.odd_commodities = not all(
            well_formed(code, self.lengths) for code in reference.commodities
        )
        valuation = reference.valuation
        self.without_freight = frozenset(
            term
            for term, rule in valuation.incoterms.items()
            if valuation.cost_boundary == "CIF" and not rule.freight_included
        )
        self._changes = {name: _changes(codes) for name, codes in reference.code_lists.items()}
        self._steps: dict[str, int] = {}
        self._by_interval: dict[tuple[str, int], Mapping[str, CodeEntry]] = {}
        self._whole = Day(
            None,
            {
                name: {code: entries[-1] for code, entries in codes.entries.items() if entries}
                for name, codes in reference.code_lists.items()
            },
        )

    def exponent_of(self, currency: str) -> int:
        """Return a currency's decimals: the pack's for its own, its list's, else ISO 4217's."""
        if currency == self.reference.currency:
            return self.reference.exponent
        own = self._whole.property_of("currency", currency, "exponent")
        return int(own) if own.isdecimal() else minor_unit_exponent(currency)

    def step_of(self, currency: str) -> int:
        """Return the least amount of a currency, in thousandths."""
        step = self._steps.get(currency)
        if step is None:
            if len(self._steps) > _MOST_CURRENCIES_KEPT:
                self._steps.clear()
            step = self._steps[currency] = step_of(self.exponent_of(currency))
        return step

    def on(self, number: int | None) -> Day:
        """Return the codes in force on a day."""
        if number is None:
            return self._whole
        if len(self._by_interval) > _MOST_DAYS_KEPT * (len(self._changes) + 1):
            self._by_interval.clear()
        lists = {}
        for name, changes in self._changes.items():
            key = name, bisect_right(changes, number)
            codes = self._by_interval.get(key)
            if codes is None:
                codes = self._by_interval[key] = _in_force(self.reference.code_lists[name], number)
            lists[name] = codes
        return Day(number, lists)


def well_formed(code: str, lengths: frozenset[int]) -> bool:
    """Tell whether a commodity code is of digits, of a length of the tariff, in a real chapter."""
    return (
        code.isascii()
        and code.isdigit()
        # The Harmonized System reserves chapter 77 and starts with chapter 1.
        and code[:2] not in {"00", "77"}
        and (len(code) in lengths if lengths else len(code) >= 6)
    )


def _changes(codes: CodeList) -> list[int]:
    days = set()
    for entries in codes.entries.values():
        for entry in entries:
            days.add(entry.period.valid_from)
            days.add(entry.period.valid_to)
    return sorted(days)


def _in_force(codes: CodeList, number: int) -> dict[str, CodeEntry]:
    return {
        code: entry
        for code, entries in codes.entries.items()
        for entry in entries
        if entry.period.covers(number)
    }


@lru_cache(maxsize=16)
def law_of(reference: Reference) -> Law:
    """Return the compiled form of a reference; made once, kept by the reference's identity."""
    return Law(reference)


@lru_cache(maxsize=512)
def day_of(law: Law, number: int | None) -> Day:
    """Return the codes in force on a day; kept for the days in use."""
    return law.on(number)
