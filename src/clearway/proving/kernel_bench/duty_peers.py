"""The same duty and VAT by a plain ``decimal`` program and by Polars, each encoded its best way."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import numpy as np
from numpy.typing import NDArray

from clearway.proving.kernel_bench.duty_law import AREAS, Workload

Amounts = NDArray[np.int64]


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
