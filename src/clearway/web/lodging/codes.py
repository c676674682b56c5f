"""The lists of codes that fields offer, as of the day and in the reader's language.

Countries, currencies and what is international are told in the reader's language; what the pack
names, in the pack's.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from typing import Final, NamedTuple

from babel import Locale

from clearway.kernel.reference import Reference
from clearway.vocabulary import code_lists as international
from clearway.web.lodging.special import TRANSPORT_DOCUMENTS
from clearway.web.words import words


class Choice(NamedTuple):
    """A code and what it means."""

    code: str
    name: str


TYPE_LETTERS: Final = ("A", "D", "B", "C", "Y")
"""Kinds of declarations: standard, in advance, simplified, supplementary."""
_METHODS: Final = ("1", "2", "3", "4", "5", "6", "7")


@lru_cache(maxsize=512)
def choices(name: str, reference: Reference, day: int, language: str) -> tuple[Choice, ...]:
    """Return a list of codes by its name, in the order in which it is offered."""
    told, locale = words(language), Locale.parse(language)
    made: Mapping[str, Callable[[], tuple[Choice, ...]]] = {
        "country": lambda: _named(locale.territories, international.country_codes()),
        "currency": lambda: _named(locale.currencies, international.currency_codes()),
        "mode": lambda: tuple(Choice(code, told[f"mode_{code}"]) for code in "12345678"),
        "presence": lambda: tuple(Choice(code, told[f"presence_{code}"]) for code in "01"),
        "method": lambda: _methods(reference, language),
        "package": lambda: _packages(language),
        "incoterm": lambda: _incoterms(reference),
        "type": lambda: _types(reference, day, language),
        "office": lambda: _offices(reference, day, {"import", "export"}),
        "exit_office": lambda: _offices(reference, day, {"exit"}),
        "preference": lambda: (
            _listed(reference, name, day)
            or tuple(Choice(code, "") for code in sorted(reference.preferences))
        ),
        "transport_document": lambda: _transport_documents(reference, day),
        "unit": lambda: _units(reference, day),
    }
    return made[name]() if name in made else _listed(reference, name, day)


def name_of(name: str, code: str, reference: Reference, day: int, language: str) -> str:
    """Return what a code means; empty where the list does not have it."""
    if not code:
        return ""
    return next(
        (one.name for one in choices(name, reference, day, language) if one.code == code), ""
    )


def _named(names: Mapping[str, str], codes: Iterable[str]) -> tuple[Choice, ...]:
    found = [Choice(code, str(names.get(code, code))) for code in codes]
    return tuple(sorted(found, key=lambda one: one.code))


def _listed(reference: Reference, name: str, day: int) -> tuple[Choice, ...]:
    listed = reference.code_lists.get(name)
    if listed is None:
        return ()
    found = (listed.lookup(code, day) for code in listed.entries)
    return tuple(Choice(one.code, one.name) for one in found if one is not None)


def _types(reference: Reference, day: int, language: str) -> tuple[Choice, ...]:
    known, told = dict(_listed(reference, "declaration_type", day)), words(language)
    return tuple(
        Choice(f"{way}{letter}", f"{told[f'direction_{way}']} · {told[f'draft_kind_{letter}']}")
        for way in ("IM", "EX")
        for letter in TYPE_LETTERS
        if f"{way}{letter}" in known
    )


def _incoterms(reference: Reference) -> tuple[Choice, ...]:
    known = reference.valuation.incoterms or international.INCOTERMS_2020
    return tuple(Choice(code, international.INCOTERMS_2020.get(code, "")) for code in known)


def _transport_documents(reference: Reference, day: int) -> tuple[Choice, ...]:
    listed = dict(_listed(reference, "previous_document", day))
    return tuple(Choice(code, listed[code]) for code in TRANSPORT_DOCUMENTS if code in listed)


def _offices(reference: Reference, day: int, wanted: set[str]) -> tuple[Choice, ...]:
    listed = reference.code_lists.get("office")
    if listed is None:
        return ()
    found = [listed.lookup(code, day) for code in listed.entries]
    kept = []
    for one in found:
        if one is None:
            continue
        roles = set(one.properties.get("roles", "").replace(";", " ").split())
        if not roles or roles & wanted:
            kept.append(Choice(one.code, one.name))
    return tuple(kept)


def _units(reference: Reference, day: int) -> tuple[Choice, ...]:
    own = dict(_listed(reference, "unit", day))
    for code, name in international.UNITS.items():
        if not own.get(code):
            own[code] = name
    return tuple(Choice(code, name) for code, name in sorted(own.items()))


def _packages(language: str) -> tuple[Choice, ...]:
    told = words(language)
    found = [Choice(code, told.get(f"package_{code}", "")) for code in international.PACKAGE_TYPES]
    return tuple(sorted(found, key=lambda one: (not one.name, one.code)))


def _methods(reference: Reference, language: str) -> tuple[Choice, ...]:
    """Return the valuation methods by the pack's own numbers, told by their articles."""
    articles = dict(reference.valuation.methods) or {one: one for one in _METHODS}
    told = words(language)
    return tuple(
        Choice(code, told.get(f"method_{article}", "")) for code, article in articles.items()
    )
