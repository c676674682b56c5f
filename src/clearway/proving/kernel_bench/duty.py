"""Exact duty and VAT for 100,000 items over 1.4 million measures: ours, ``decimal`` and Polars.

The law: 12,000 commodities, each with a history of third-country duty, of preferences for 27
areas, and of VAT, over six years; 85 % of the rates are percentages, the rest per kilogram or
both together. An item claims the preference of its origin or not; its day, any of the six years
alike, picks the row of the history. A day's own declarations, nearly all of recent days, are
easier for everybody.

Everybody gets the work encoded his own best way beforehand, and everybody's amounts are
compared, all of them, before any clock starts. CPU seconds of the whole process, median.
"""

from __future__ import annotations

import statistics
import time
from bisect import bisect_right
from collections.abc import Callable, Mapping
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from clearway.kernel.reference import MeasureType, PreferenceRule, Reference, TaxRule
from clearway.kernel.tariff.bulk import bulk_index_of, price_bulk
from clearway.kernel.tariff.bulk_columns import EncodedItems
from clearway.kernel.tariff.measures import OPEN_END, Kind, MeasureTable
from clearway.proving.kernel_bench.row import Row
from clearway.proving.small_law import small_reference

AREAS = 27
COUNTRIES_PER_AREA = 4
PREFERENCE_HISTORY, DUTY_HISTORY, VAT_HISTORY = 4, 6, 3
FIRST_DAY, LAST_DAY = 18_262, 20_454
TYPES = ("MFN", "PRF", "VAT")
Amounts = NDArray[np.int64]
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


def ours(work: Workload) -> tuple[Amounts, Amounts]:
    """Return (duty, VAT) by the function that ``assess`` calls."""
    priced = price_bulk(work.encoded, work.reference)
    return priced.charges[0].amount, priced.charges[1].amount


# -- the plain program --------------------------------------------------------------------------


def plain_program(work: Workload) -> Callable[[], tuple[Amounts, Amounts]]:
    """Return a well-written ``decimal`` program: a dictionary of dated rows, one pass.

    Values are euro, masses kilograms, rates fractions, all as ``Decimal``, made beforehand.
    """
    law: dict[int, tuple[list[int], list[tuple[int, Decimal, Decimal]]]] = {}
    columns = (work.key, work.starts, work.ends, work.percent, work.per_kg)
    shares = {number: Decimal(number) / 10_000 for number in np.unique(work.percent).tolist()}
    amounts = {number: Decimal(number) / 100 for number in np.unique(work.per_kg).tolist()}
    for key, start, end, percent, per_kg in zip(*(c.tolist() for c in columns), strict=True):
        starts, rows = law.setdefault(key, ([], []))
        starts.append(start)
        rows.append((end, shares[percent], amounts[per_kg]))
    items = [
        (duty_key, vat_key, day, Decimal(value) / 100, Decimal(mass) / 1_000_000)
        for duty_key, vat_key, day, value, mass in zip(
            work.item_key.tolist(),
            work.vat_key.tolist(),
            work.encoded.day.tolist(),
            work.encoded.value.tolist(),
            work.encoded.net_mass.tolist(),
            strict=True,
        )
    ]
    cent = Decimal("0.01")

    def run() -> tuple[Amounts, Amounts]:
        duties, taxes = [], []
        for duty_key, vat_key, day, value, mass in items:
            starts, rows = law[duty_key]
            end, share, per_kg = rows[bisect_right(starts, day) - 1]
            if day >= end:
                raise LookupError(duty_key)
            duty = (value * share + mass * per_kg).quantize(cent, ROUND_HALF_UP)
            starts, rows = law[vat_key]
            end, share, per_kg = rows[bisect_right(starts, day) - 1]
            if day >= end:
                raise LookupError(vat_key)
            tax = ((value + duty) * share).quantize(cent, ROUND_HALF_UP)
            duties.append(duty)
            taxes.append(tax)
        return _cents(duties), _cents(taxes)

    return run


def _cents(amounts: list[Decimal]) -> Amounts:
    return np.array([int(amount.scaleb(2)) for amount in amounts], np.int64)


# -- Polars -------------------------------------------------------------------------------------


def polars_programs(work: Workload) -> dict[str, Callable[[], tuple[Amounts, Amounts]]]:
    """Return several Polars formulations of the same work; the fastest one is the peer."""
    import polars as pl

    key_bits = 2**20
    law = pl.DataFrame(
        {
            "key": work.key,
            "start": work.starts,
            "end": work.ends,
            "percent": work.percent,
            "per_kg": work.per_kg,
        }
    ).with_columns((pl.col("key") * key_bits + pl.col("start")).alias("at"))
    law = law.sort("at").with_columns(pl.col("at").set_sorted())
    by_day = law.sort("start").with_columns(pl.col("start").set_sorted())
    items = pl.DataFrame(
        {
            "row": np.arange(len(work.encoded)),
            "duty_key": work.item_key,
            "vat_key": work.vat_key,
            "day": work.encoded.day,
            "value": work.encoded.value,
            "mass": work.encoded.net_mass,
        }
    )
    vat_law = law.filter(pl.col("key") % (AREAS + 2) == AREAS + 1)
    duty_law = law.filter(pl.col("key") % (AREAS + 2) != AREAS + 1)
    by_day_parts = (
        by_day.filter(pl.col("key") % (AREAS + 2) != AREAS + 1),
        by_day.filter(pl.col("key") % (AREAS + 2) == AREAS + 1),
    )

    def priced(frame: Any) -> tuple[Amounts, Amounts]:
        """Round half up in whole numbers: cents x 10^-4, and cents a kilogram x 10^-6."""
        duty = (
            pl.col("value") * pl.col("percent") * 100 + pl.col("mass") * pl.col("per_kg") + 500_000
        ) // 1_000_000
        done = (
            frame.with_columns(duty.alias("duty"))
            .with_columns(
                (((pl.col("value") + pl.col("duty")) * pl.col("vat") + 5_000) // 10_000).alias(
                    "tax"
                )
            )
            .sort("row")
            .select("duty", "tax")
            .collect()
        )
        return done["duty"].to_numpy(), done["tax"].to_numpy()

    def hash_join() -> tuple[Amounts, Amounts]:
        def join(frame: Any, which: str, side: Any) -> Any:
            in_force = (pl.col("start") <= pl.col("day")) & (pl.col("day") < pl.col("end"))
            return frame.join(side.lazy(), left_on=which, right_on="key").filter(in_force)

        frame = join(items.lazy(), "duty_key", duty_law.drop("at"))
        vat = vat_law.select("key", "start", "end", vat="percent")
        return priced(join(frame.drop("start", "end"), "vat_key", vat))

    def asof_on_one_key() -> tuple[Amounts, Amounts]:
        def join(frame: Any, which: str, side: Any) -> Any:
            keyed = frame.with_columns((pl.col(which) * key_bits + pl.col("day")).alias("at"))
            joined = keyed.sort("at").join_asof(side.lazy(), on="at", strategy="backward")
            good = (pl.col("key") == pl.col(which)) & (pl.col("day") < pl.col("end"))
            return joined.filter(good).drop("at", "key", "end")

        frame = join(items.lazy(), "duty_key", duty_law.drop("start"))
        vat = vat_law.select("key", "end", "at", vat="percent")
        return priced(join(frame, "vat_key", vat))

    def asof_by_key() -> tuple[Amounts, Amounts]:
        def join(frame: Any, which: str, side: Any) -> Any:
            return frame.join_asof(
                side.lazy(),
                left_on="day",
                right_on="start",
                by_left=which,
                by_right="key",
                strategy="backward",
                check_sortedness=False,
            ).filter(pl.col("day") < pl.col("end"))

        ordered = items.lazy().sort("day")
        frame = join(ordered, "duty_key", by_day_parts[0].drop("at"))
        vat = by_day_parts[1].select("key", "start", "end", vat="percent")
        return priced(join(frame.drop("start", "end", strict=False), "vat_key", vat))

    return {
        "Polars hash join and date filter": hash_join,
        "Polars join_asof on one sorted key": asof_on_one_key,
        "Polars join_asof by key": asof_by_key,
    }


# -- measuring ----------------------------------------------------------------------------------


def cpu_seconds(works: Mapping[str, Callable[[], object]], repeats: int) -> dict[str, float]:
    """Return the median CPU seconds of the process for each work, all threads counted.

    The works take turns, so that a busy minute of the machine falls on all of them alike.
    """
    taken: dict[str, list[float]] = {name: [] for name in works}
    for _ in range(repeats):
        for name, work in works.items():
            start = time.process_time()
            work()
            taken[name].append(time.process_time() - start)
    return {name: statistics.median(seconds) for name, seconds in taken.items()}


def differing(left: tuple[Amounts, Amounts], right: tuple[Amounts, Amounts]) -> int:
    """Return how many amounts differ, in either tax."""
    return sum(int((a != b).sum()) for a, b in zip(left, right, strict=True))


def run(items: int = 100_000, commodities: int = 12_000, repeats: int = 7) -> list[Row]:
    """Measure the duty rows; equality of every amount is checked before any timing."""
    work = workload(items, commodities)
    bulk_index_of(work.reference)
    plain = plain_program(work)
    polars = polars_programs(work)
    answer = ours(work)
    plain_equal = differing(answer, plain()) == 0
    polars_equal = {name: differing(answer, program()) == 0 for name, program in polars.items()}
    by_hand = cpu_seconds({"plain": plain}, max(1, repeats // 3))["plain"]
    timed = cpu_seconds({"ours": lambda: ours(work), **polars}, repeats)
    mine = timed.pop("ours")
    best = min(timed, key=timed.__getitem__)
    return [
        Row(
            name="duty_bulk_decimal",
            ours=mine,
            peer=by_hand,
            peer_name="plain decimal program",
            ratio=by_hand / mine,
            equal=plain_equal,
        ),
        Row(
            name="duty_bulk_polars",
            ours=mine,
            peer=timed[best],
            peer_name=best,
            ratio=timed[best] / mine,
            equal=all(polars_equal.values()),
        ),
    ]
