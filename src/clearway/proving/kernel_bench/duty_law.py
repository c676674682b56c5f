"""The law of the duty bench, 1.4 million measures of six years, and the items it is asked about."""

from __future__ import annotations

from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from clearway.kernel.measures import OPEN_END, Kind, MeasureTable
from clearway.kernel.reference import MeasureType, PreferenceRule, Reference, TaxRule
from clearway.kernel.tariff.bulk_columns import EncodedItems
from clearway.proving.small_law import small_reference

AREAS = 27
COUNTRIES_PER_AREA = 4
PREFERENCE_HISTORY, DUTY_HISTORY, VAT_HISTORY = 4, 6, 3
FIRST_DAY, LAST_DAY = 18_262, 20_454
TYPES = ("MFN", "PRF", "VAT")
Array = NDArray[Any]


class Workload(msgspec.Struct, frozen=True, eq=False):
    """The law in three forms that share their rows, and the items.

    ``percent`` is in ten-thousandths, ``per_kg`` in cents: what the peers read.
    """

    reference: Reference
    encoded: EncodedItems
    key: Array
    starts: Array
    ends: Array
    percent: Array
    per_kg: Array
    item_key: Array
    vat_key: Array


def workload(items: int = 100_000, commodities: int = 12_000, seed: int = 20260303) -> Workload:
    """Return the law and the items, the same for the same seed."""
    random = np.random.default_rng(seed)
    strands = [(0, 0, DUTY_HISTORY)]
    strands += [(1, area, PREFERENCE_HISTORY) for area in range(1, AREAS + 1)]
    strands += [(2, 0, VAT_HISTORY)]
    length = np.array([history for _, _, history in strands])
    rows_each = int(length.sum())
    rows = rows_each * commodities
    strand = np.tile(np.repeat(np.arange(len(strands)), length), commodities)
    commodity = np.repeat(np.arange(commodities), rows_each)
    place = np.tile(np.concatenate([np.arange(n) for n in length]), commodities)
    starts, ends = _history(random, strand, place, length)
    percent = random.integers(0, 4_000, rows) * 5
    shape = random.random(rows)
    per_kg = np.where(shape < 0.85, 0, random.integers(1, 5_000, rows))
    percent = np.where((shape >= 0.85) & (shape < 0.95), 0, percent)
    is_vat = strand == len(strands) - 1
    percent, per_kg = np.where(is_vat, 2_000, percent), np.where(is_vat, 0, per_kg)
    kind = np.array([one[0] for one in strands])[strand]
    area = np.array([one[1] for one in strands])[strand]
    table = _table((commodity, kind, area), (starts, ends), (percent, per_kg), commodities)
    reference = _reference(table)
    encoded = _items(random, reference, items)
    claimed = encoded.preference > 0
    origin_area = (encoded.origin - 1) // COUNTRIES_PER_AREA + 1
    return Workload(
        reference,
        encoded,
        commodity * len(strands) + strand,
        starts,
        ends,
        percent,
        per_kg,
        encoded.commodity * len(strands) + np.where(claimed, origin_area, 0),
        encoded.commodity * len(strands) + len(strands) - 1,
    )


def _history(
    random: np.random.Generator, strand: Array, place: Array, length: Array
) -> tuple[Array, Array]:
    """Return the days from and until, without gaps: each strand's edges are its own."""
    span = (LAST_DAY - FIRST_DAY) // length[strand]
    starts = FIRST_DAY + place * span + random.integers(0, 200, len(strand))
    starts = np.where(place == 0, 0, starts)
    last = place == length[strand] - 1
    ends = np.where(last, OPEN_END, np.append(starts[1:], OPEN_END))
    return starts, ends


def _table(
    codes: tuple[Array, Array, Array],
    days: tuple[Array, Array],
    rates: tuple[Array, Array],
    commodities: int,
) -> MeasureTable:
    """Return the rows as a compiled measure table; each distinct rate is kept once."""
    percent, per_kg = rates
    distinct, rate = np.unique(percent * 10_000 + per_kg, return_inverse=True)
    shares, amounts = distinct // 10_000, distinct % 10_000
    has_share, has_amount = (shares > 0) | (amounts == 0), amounts > 0
    first = np.concatenate(([0], np.cumsum(has_share.astype(int) + has_amount)))
    owner = np.repeat(np.arange(len(distinct)), np.diff(first))
    second = np.arange(first[-1]) > first[owner]
    specific = second | ~has_share[owner]
    zeros = np.zeros(first[-1], np.int16)
    texts = tuple(
        " + ".join(
            ([f"{share / 100:.2f}%"] if share or not amount else [])
            + ([f"{amount / 100:.2f} EUR/kg"] if amount else [])
        )
        for share, amount in zip(shares.tolist(), amounts.tolist(), strict=True)
    )
    none = np.zeros(len(percent), np.int32)
    return MeasureTable(
        commodity=codes[0].astype(np.int32),
        measure_type=codes[1].astype(np.int16),
        area=codes[2].astype(np.int16),
        additional_code=none,
        quota_order=none,
        valid_from=days[0].astype(np.int32),
        valid_to=days[1].astype(np.int32),
        rate=rate.astype(np.int32),
        legal_basis=none,
        first_of_commodity=np.searchsorted(codes[0], np.arange(commodities + 1)).astype(np.int32),
        rate_first=first.astype(np.int32),
        component_kind=np.where(specific, Kind.SPECIFIC, Kind.AD_VALOREM).astype(np.int8),
        component_operation=np.zeros(first[-1], np.int8),
        component_rate=np.where(
            specific, amounts[owner] * 1_000_000, shares[owner] * 10_000
        ).astype(np.int64),
        component_currency=np.where(specific, 1, 0).astype(np.int16),
        component_unit=np.where(specific, 1, 0).astype(np.int16),
        component_unit_count=np.full(first[-1], 1_000_000, np.int64),
        component_season_from=zeros,
        component_season_to=zeros,
        commodities=tuple(f"{number:010d}" for number in range(commodities)),
        measure_types=TYPES,
        areas=("", *(f"A{area:03d}" for area in range(1, AREAS + 1))),
        additional_codes=("",),
        quota_orders=("",),
        currencies=("", "EUR"),
        units=("", "KGM"),
        rate_texts=texts,
        legal_bases=("",),
    )


def _reference(table: MeasureTable) -> Reference:
    return small_reference(
        table,
        types=(
            MeasureType("MFN", "DUTY", "duty"),
            MeasureType("PRF", "DUTY", "preference"),
            MeasureType("VAT", "VAT", "vat"),
        ),
        taxes=(
            TaxRule("DUTY", "duty", "duty", ("value",)),
            TaxRule("VAT", "vat", "VAT", ("value", "@duty")),
        ),
        areas={
            f"A{area:03d}": [f"{area:02d}{n}" for n in range(COUNTRIES_PER_AREA)]
            for area in range(1, AREAS + 1)
        },
        preferences=(PreferenceRule("300", ("PRF",), ("N954",), "preferential"),),
    )


def _items(random: np.random.Generator, reference: Reference, count: int) -> EncodedItems:
    origin = random.integers(1, AREAS * COUNTRIES_PER_AREA + 1, count)
    nothing = np.full(count, -1, np.int64)
    flags = np.zeros(count, np.bool_)
    return EncodedItems(
        commodity=random.integers(0, len(reference.measures.commodities), count),
        origin=origin,
        preferential_origin=origin,
        day=random.integers(FIRST_DAY, LAST_DAY, count),
        value=random.integers(1_000, 50_000_000, count),
        net_mass=random.integers(1_000, 25_000_000, count) * 1_000,
        gross_mass=nothing,
        quantity=nothing,
        quantity_unit=np.zeros(count, np.intp),
        preference=(random.random(count) < 0.4).astype(np.intp),
        proved=np.ones(count, np.bool_),
        additional_codes=np.zeros((count, 3), np.intp),
        exempt=flags,
        rare=flags,
    )
