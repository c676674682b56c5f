"""What one pack changes against another, as of a day: nothing valid may disappear unnoticed.

Compared is what is in force on the day: tariff lines, measures, codes and rates of exchange. A
change is *added*, *ended* or *changed*, with what stood there before and what stands after.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from clearway.kernel.measures import MeasureTable
from clearway.kernel.reference import Reference


class Change(msgspec.Struct, frozen=True, order=True):
    """One difference. ``kind`` is line, measure, code or rate; ``act`` added, ended or changed."""

    kind: str
    act: str
    key: str
    before: str = ""
    after: str = ""


class Changes(msgspec.Struct, frozen=True):
    """Everything that one pack changes against another on a day, in order.

    ``digest`` is the SHA-256 over the day, both hashes and every change: an approver gives it
    back to show which report he has read.
    """

    day: int
    before: str
    after: str
    changes: tuple[Change, ...]

    @property
    def digest(self) -> str:
        """The digest of the whole report."""
        return hashlib.sha256(msgspec.json.encode(self)).hexdigest()

    @property
    def counts(self) -> dict[str, int]:
        """How many changes there are of each kind and act, such as ``line ended``."""
        counted = Counter(f"{change.kind} {change.act}" for change in self.changes)
        return dict(sorted(counted.items()))


def compare(before: Reference, after: Reference, day: int) -> Changes:
    """Return what is different under the second pack on a day since 1970-01-01."""
    if before.hash == after.hash:
        return Changes(day, before.hash, after.hash, ())
    found = [
        *_differences("line", _lines(before, day), _lines(after, day)),
        *_measure_changes(before.measures, after.measures, day),
        *_differences("code", _codes(before, day), _codes(after, day)),
        *_differences("rate", _rates(before, day), _rates(after, day)),
    ]
    return Changes(day, before.hash, after.hash, tuple(sorted(found)))


def _differences(
    kind: str, before: Mapping[str, str], after: Mapping[str, str]
) -> Iterator[Change]:
    for key, text in before.items():
        other = after.get(key)
        if other is None:
            yield Change(kind, "ended", key, before=text)
        elif other != text:
            yield Change(kind, "changed", key, before=text, after=other)
    for key, text in after.items():
        if key not in before:
            yield Change(kind, "added", key, after=text)


def _lines(reference: Reference, day: int) -> dict[str, str]:
    found = {}
    for code in reference.commodities:
        line = reference.commodity(code, day)
        if line is not None:
            found[code] = f"{line.description} [{line.unit}]" if line.unit else line.description
    return found


def _codes(reference: Reference, day: int) -> dict[str, str]:
    found = {}
    for name, listed in reference.code_lists.items():
        for code in listed.entries:
            entry = listed.lookup(code, day)
            if entry is not None:
                found[f"{name} {code}"] = entry.name
    return found


def _rates(reference: Reference, day: int) -> dict[str, str]:
    found = {}
    for currency in reference.exchange_rates:
        rate = reference.exchange_rate(currency, day)
        if rate is not None:
            found[currency] = f"{rate.numerator}/{rate.denominator}"
    return found


def _measure_changes(before: MeasureTable, after: MeasureTable, day: int) -> Iterator[Change]:
    """Compare commodity by commodity, so that a whole tariff never stands in memory as text."""
    places = [{code: at for at, code in enumerate(table.commodities)} for table in (before, after)]
    for code in sorted(places[0].keys() | places[1].keys()):
        stands = [
            measures_of(table, where[code], day) if code in where else {}
            for table, where in zip((before, after), places, strict=True)
        ]
        yield from _differences(
            "measure",
            {f"{code} {key}": rate for key, rate in stands[0].items()},
            {f"{code} {key}": rate for key, rate in stands[1].items()},
        )


def measures_of(table: MeasureTable, place: int, day: int) -> dict[str, str]:
    """Return the rates in force on a day for the commodity at a place, by what each is for.

    A key reads ``type area`` and, where there are such, ``additional code`` and ``quota``.
    """
    found: dict[str, str] = {}
    for row in rows_of(table, place, day):
        key = " ".join(filter(None, map(row.get, ("type", "area", "additional_code", "quota"))))
        found[key] = f"{found[key]}; {row['rate']}" if key in found else row["rate"]
    return found


def rows_of(table: MeasureTable, place: int, day: int) -> list[dict[str, Any]]:
    """Return the measures in force on a day for the commodity at a place, in the pack's words."""
    first, end = table.first_of_commodity[place : place + 2].tolist()
    own = slice(first, end)
    starts, ends = table.valid_from[own].tolist(), table.valid_to[own].tolist()
    columns = zip(
        table.measure_type[own].tolist(),
        table.area[own].tolist(),
        table.additional_code[own].tolist(),
        table.quota_order[own].tolist(),
        table.rate[own].tolist(),
        table.legal_basis[own].tolist(),
        starts,
        ends,
        strict=True,
    )
    return [
        {
            "type": table.measure_types[kind],
            "area": table.areas[area],
            "additional_code": table.additional_codes[additional],
            "quota": table.quota_orders[quota],
            "rate": table.rate_texts[rate],
            "legal_basis": table.legal_bases[basis],
            "valid_from": start,
            "valid_to": end,
        }
        for kind, area, additional, quota, rate, basis, start, end in columns
        if start <= day < end
    ]
