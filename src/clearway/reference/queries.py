"""Every read of the room."""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
from django.db.models import Case, CharField, Exists, F, OuterRef, Q, QuerySet, Value, When

from clearway.kernel.measures import OPEN_END
from clearway.kernel.reference import Reference
from clearway.reference import in_force
from clearway.reference.comparing import Changes, compare, rows_of
from clearway.reference.models import PublishedPack
from clearway.vocabulary.clock import microseconds
from clearway.vocabulary.dates import days_of
from clearway.vocabulary.errors import NotThere


class TariffLine(msgspec.Struct, frozen=True):
    """A declarable line on a day, with the measures in force."""

    code: str
    description: str
    unit: str
    day: int
    valid_from: int
    valid_to: int | None
    measures: tuple[dict[str, Any], ...]


def visible_packs(*, proposals: bool) -> QuerySet[PublishedPack]:
    """Return every pack that was approved, and with ``proposals`` all others."""
    rows = PublishedPack.objects.all()
    return rows if proposals else rows.filter(state="approved")


def standing_of(pack: PublishedPack, now: datetime) -> str:
    """Return proposed, withdrawn, approved (rules later), in_force or expired."""
    if pack.state != "approved":
        return pack.state
    ruling = (
        PublishedPack.objects.filter(state="approved", valid_from__lte=microseconds(now))
        .order_by("-valid_from")
        .first()
    )
    if ruling is not None and ruling.pk == pack.pk:
        return "in_force"
    return "approved" if pack.valid_from > now else "expired"


def with_standing(rows: QuerySet[PublishedPack], now: datetime) -> QuerySet[PublishedPack]:
    """Return packs each with its ``standing``, as ``standing_of`` tells it of one."""
    instant = microseconds(now)
    later = PublishedPack.objects.filter(
        state="approved", valid_from__lte=instant, valid_from__gt=OuterRef("valid_from")
    )
    return rows.annotate(
        standing=Case(
            When(~Q(state="approved"), then=F("state")),
            When(valid_from__gt=instant, then=Value("approved")),
            When(Exists(later), then=Value("expired")),
            default=Value("in_force"),
            output_field=CharField(),
        )
    )


def day_at(instant: datetime, reference: Reference) -> int:
    """Return the day (since 1970-01-01) that an instant falls on in the pack's country."""
    return days_of(instant.astimezone(ZoneInfo(reference.time_zone)).date())


def changes_of(pack: PublishedPack) -> Changes:
    """Return what a pack changes against the one that rules just before it, on its first day."""
    after = in_force.opened(pack.folder)
    earlier = PublishedPack.objects.filter(
        state="approved", valid_from__lt=microseconds(pack.valid_from)
    ).order_by("-valid_from")
    former = earlier.first()
    before = in_force.opened(former.folder) if former is not None else after
    return _compared(before, after, day_at(pack.valid_from, after))


@lru_cache(maxsize=16)
def _compared(before: Reference, after: Reference, day: int) -> Changes:
    return compare(before, after, day)


def tariff_line(reference: Reference, code: str, day: int) -> TariffLine:
    """Return a declarable line on a day.

    Raises:
        NotThere: there is no such line in force on that day.
    """
    line = reference.commodity(code, day)
    if line is None:
        standing = (
            "known, but not in force on that day" if code in reference.commodities else "unknown"
        )
        raise NotThere(f"The commodity code is {standing}.", where=code)
    table = reference.measures
    place = _places(reference).get(code)
    rows = [] if place is None else rows_of(table, place, day)
    return TariffLine(
        code=code,
        description=line.description,
        unit=line.unit,
        day=day,
        valid_from=line.period.valid_from,
        valid_to=None if line.period.valid_to == OPEN_END else line.period.valid_to,
        measures=tuple({**row, "name": reference.measure_types[row["type"]].name} for row in rows),
    )


@lru_cache(maxsize=8)
def _places(reference: Reference) -> dict[str, int]:
    return {code: place for place, code in enumerate(reference.measures.commodities)}
