"""The code lists of a pack: its own, and the standard ones where it gives none.

A list of the pack replaces the standard list of that name, unless ``pack.toml`` names it under
``[code_lists] extend``; then its rows are added, and a row of a code that the standard list
has too takes that code's place. The pack's own country and currency are always known.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from functools import cache

from clearway.kernel.reference import CodeEntry, Period
from clearway.packs.entries import day_of
from clearway.packs.model import Pack
from clearway.vocabulary import code_lists as standard

Entries = dict[str, tuple[CodeEntry, ...]]


@cache
def standard_lists() -> Mapping[str, Entries]:
    """Return the international code lists by name, dated where a code has ended."""
    currencies: Entries = {code: (CodeEntry(code),) for code in standard.currency_codes()}
    for code, last in standard.currencies_withdrawn().items():
        currencies[code] = (CodeEntry(code, "", Period(0, day_of(last) + 1)),)
    countries = {code: standard.country_name(code) for code in standard.country_codes()}
    return {
        "country": _entries(countries),
        "currency": currencies,
        "incoterm": _entries({**standard.INCOTERMS_2010, **standard.INCOTERMS_2020}),
        "function": _entries(standard.MESSAGE_FUNCTIONS),
        "package": _entries(dict.fromkeys(standard.PACKAGE_TYPES, "")),
        "transport_mode": _entries(standard.TRANSPORT_MODES),
        "unit": _entries(standard.UNITS),
        "valuation_method": _entries(standard.VALUATION_METHODS),
    }


def _entries(names: Mapping[str, str]) -> Entries:
    return {code: (CodeEntry(code, name),) for code, name in names.items()}


def code_lists(pack: Pack) -> dict[str, Entries]:
    """Return every code list that the pack's reference has, by name and code, in order."""
    own: dict[str, dict[str, list[CodeEntry]]] = defaultdict(lambda: defaultdict(list))
    for row in pack.codes:
        own[row.list][row.entry.code].append(row.entry)
    for preference in pack.preferences:
        entry = CodeEntry(preference.rule.code, preference.name)
        own["preference"][entry.code].append(entry)
    given = standard_lists()
    lists: dict[str, Entries] = {}
    for name in sorted({*given, *own}):
        replaced = name in own and name not in pack.head.extended_lists
        codes: Entries = {} if replaced else dict(given.get(name, {}))
        for code, entries in own.get(name, {}).items():
            codes[code] = tuple(sorted(entries, key=lambda entry: entry.period.valid_from))
        lists[name] = dict(sorted(codes.items()))
    _add_home(lists, "country", pack.head.country, pack.head.title)
    _add_home(lists, "currency", pack.head.currency, pack.head.currency)
    return lists


def _add_home(lists: dict[str, Entries], name: str, code: str, title: str) -> None:
    if code and code not in lists.setdefault(name, {}):
        lists[name][code] = (CodeEntry(code, title),)
        lists[name] = dict(sorted(lists[name].items()))


def known_codes(lists: Mapping[str, Mapping[str, Sequence[CodeEntry]]], name: str) -> set[str]:
    """Return the codes of one list, whatever their periods."""
    return set(lists.get(name, {}))
