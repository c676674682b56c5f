"""The ledger and its summary as the API and the downloads tell them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec

from clearway.supervision.estimating import Interval
from clearway.supervision.ledger import Ledger, Line
from clearway.supervision.summary import Summary


def ledger_told(told: Ledger) -> dict[str, Any]:
    """Return a ledger as data."""
    whole = told.whole
    return {
        "period": told.period,
        "office": told.office,
        "direction": told.direction,
        "currency": told.currency,
        "declarations": whole.declarations,
        "inspected": whole.inspected,
        "found": whole.found,
        "checked": whole.checked,
        "on_documents": whole.on_paper,
        "revenue": whole.revenue,
        "officer_hours": told.hours,
        "found_after_release": whole.later,
        "revenue_after_release": whole.later_revenue,
        "base": {
            "drawn": told.base.drawn,
            "inspected": told.base.looked,
            "found": told.base.found,
            "rate": _interval(told.base.rate),
        },
        "channels": [_line(line, "") for line in told.channels],
        "profiles": [
            {**_line(line, told.names.get(line.tally.profile, "")), "retire": line.retire}
            for line in told.profiles
        ],
        "unseen": told.unseen,
        "without_chance": whole.without_chance,
        "as_of": told.as_of,
        "missed": {
            "inspected": told.missed.looked,
            "violations": _interval(told.missed.violations),
            "violations_unadjusted": _interval(told.missed.unadjusted),
            "revenue": _interval(told.missed.revenue),
        },
        "found_share": _interval(told.caught),
    }


def _line(line: Line, name: str) -> dict[str, Any]:
    one = line.tally
    return {
        "channel": one.channel,
        "profile": one.profile,
        "version": one.version,
        "name": name,
        "asks": one.asks,
        "selected": one.selected,
        "waiting": one.waiting,
        "inspected": one.inspected,
        "found": one.found,
        "checked": one.checked,
        "on_documents": one.on_paper,
        "judged_by_draw": one.by_draw,
        "judged_inspected": one.sample[1],
        "judged_found": one.sample[0],
        "revenue": one.revenue,
        "officer_hours": line.hours,
        "found_alone": one.alone,
        "revenue_alone": one.alone_revenue,
        "found_after_release": one.later,
        "rate": _interval(line.rate),
        "lift": _interval(line.lift),
        "better": line.better,
    }


def summary_told(told: Summary) -> dict[str, Any]:
    """Return a summary as data."""
    data: dict[str, Any] = msgspec.to_builtins(told)
    return {**data, "until": told.until}


def _interval(one: Interval | None) -> dict[str, float | None] | None:
    """Return an interval; its end is None where it has none."""
    if one is None:
        return None
    return {"value": one.value, "low": one.low, "high": one.high if one.high < 1e300 else None}


LEDGER_COLUMNS = (
    "channel", "profile", "version", "name", "asks", "selected", "waiting", "inspected", "found",
    "checked", "on_documents", "revenue", "officer_hours", "found_alone", "revenue_alone",
    "found_after_release", "judged_by_draw", "judged_inspected", "judged_found", "rate",
    "rate_low", "rate_high", "lift", "lift_low", "lift_high", "better", "retire",
)  # fmt: skip
SUMMARY_COLUMNS = (
    "channel", "selected", "inspected", "found", "rate", "rate_low", "rate_high", "lift",
    "lift_low", "lift_high", "revenue",
)  # fmt: skip


def rows(lines: list[dict[str, Any]], columns: tuple[str, ...]) -> Iterator[list[Any]]:
    """Yield lines as rows of a table: an interval takes three columns, the untold is empty."""
    for line in lines:
        flat = dict(line)
        for name in ("rate", "lift"):
            one = line.get(name) or {}
            flat |= {name: one.get("value"), f"{name}_low": one.get("low"),
                     f"{name}_high": one.get("high")}  # fmt: skip
        yield [flat.get(name) for name in columns]
