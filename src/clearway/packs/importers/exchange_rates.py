"""Customs rates of exchange as published by month: units of a currency per pound sterling.

Two forms are read: one file a month with a heading (country, currency, code, units, first and
last day, dates as day/month/year), and the long form without heading (code, first day, last
day, units, dates as year-month-day). Both are in Latin-1. The last day is inclusive in the
sources; in a pack ``valid_to`` is exclusive.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Iterator
from decimal import Decimal, InvalidOperation
from itertools import groupby, zip_longest
from pathlib import Path
from typing import NamedTuple

from clearway.packs.importers.writing import open_table
from clearway.vocabulary.errors import InputUnusable

HEADER = ("currency", "foreign_units", "local_units", "valid_from", "valid_to", "source")


class PublishedRate(NamedTuple):
    """So many units of a currency for one unit of the tariff's own, on these days."""

    currency: str
    units: Decimal
    valid_from: dt.date
    valid_to: dt.date
    """The first day on which the rate no longer holds."""
    source: str


def read_exchange_rates(places: Iterable[Path]) -> list[PublishedRate]:
    """Read files and folders of published rates, sorted by currency and day.

    The same rate printed twice (in both forms, or for two countries of one currency) is kept
    once. Where two files differ about a day, the file whose name sorts last is right for it:
    the later publication corrects the earlier one.

    Raises:
        InputUnusable: a file is not in one of the two forms.
    """
    files = sorted(
        (file for place in places for file in _files(place)), key=lambda file: (file.name, file)
    )
    kept: dict[tuple[str, dt.date], PublishedRate] = {}
    for file in files:
        for rate in _read(file):
            kept[rate.currency, rate.valid_from] = rate
    return list(_without_overlap(sorted(kept.values(), key=lambda rate: (rate[0], rate[2]))))


def unbroken(rates: Iterable[PublishedRate]) -> tuple[list[PublishedRate], list[str]]:
    """Keep of each currency the latest stretch of days without a hole.

    A pack has a rate for every day between a currency's first and last, and a month that was
    not published is not made up: what lies before the hole is left out, and told.
    """
    kept: list[PublishedRate] = []
    notes = []
    for currency, group in groupby(rates, key=lambda rate: rate.currency):
        stretch: list[PublishedRate] = []
        for rate in group:
            if stretch and stretch[-1].valid_to < rate.valid_from:
                hole = f"from {stretch[-1].valid_to} to {rate.valid_from}"
                notes.append(f"{currency} has no rate {hole}; its earlier rates are left out.")
                stretch = []
            stretch.append(rate)
        kept += stretch
    return kept, notes


def pack_rows(rates: Iterable[PublishedRate]) -> Iterator[tuple[str, ...]]:
    """Yield the rows of a pack's exchange_rates.csv."""
    for rate in rates:
        yield (
            rate.currency,
            format(rate.units, "f"),
            "1",
            rate.valid_from.isoformat(),
            rate.valid_to.isoformat(),
            rate.source,
        )


def _files(place: Path) -> list[Path]:
    if place.is_dir():
        return [*place.glob("*.csv"), *place.glob("*.csv.gz")]
    return [place]


def _read(file: Path) -> Iterator[PublishedRate]:
    with open_table(file, encoding="latin-1") as rows:
        for line, cells in enumerate(rows, start=1):
            values = [cell.strip() for cell in cells]
            if not any(values):
                continue
            if line == 1 and any("currency" in value.lower() for value in values):
                continue
            try:
                yield _rate(values, file.name)
            except (ValueError, InvalidOperation, IndexError) as error:
                raise InputUnusable(
                    f"this is not a published rate of exchange: {', '.join(values)}",
                    where=f"{file}:{line}",
                    remedy="Supply country, currency, code, units, first day, last day; or code,"
                    " first day, last day, units.",
                ) from error


def _rate(values: list[str], source: str) -> PublishedRate:
    if re.fullmatch(r"[A-Z]{3}", values[0]) and len(values) == 4:
        currency, first, last, units = values
        days = dt.date.fromisoformat(first), dt.date.fromisoformat(last)
    else:
        currency, units, first, last = values[2:6]
        days = _british(first), _british(last)
    number = Decimal(units.replace(",", ""))
    if not re.fullmatch(r"[A-Z]{3}", currency) or number <= 0 or days[1] < days[0]:
        raise ValueError(currency)
    return PublishedRate(currency, number, days[0], days[1] + dt.timedelta(days=1), source)


def _british(text: str) -> dt.date:
    day, month, year = (int(part) for part in text.split("/"))
    return dt.date(year if year > 99 else 2000 + year, month, day)


def _without_overlap(rates: list[PublishedRate]) -> Iterator[PublishedRate]:
    """Let each rate end where the next of its currency begins."""
    for rate, following in zip_longest(rates, rates[1:]):
        if following is not None and following.currency == rate.currency:
            yield rate._replace(valid_to=min(rate.valid_to, following.valid_from))
        else:
            yield rate
