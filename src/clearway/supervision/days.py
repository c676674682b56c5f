"""Sums of days that are over, so that a ledger of a million declarations is read in a moment.

What a channel was worth is known late: goods are looked at for days, audited for years. So a sum is
never trusted by itself. A round makes the sums of each day of lodgements that is over, and notes up
to which place in the news it did; whoever reads takes the days about whose declarations there is no
later news from the sums, and counts all others from the record. Only where there is later news of
more declarations than a reader can wait for, old sums stand for some days, and he is told of when.

A border with few declarations has no sums at all.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from time import monotonic as time_is
from typing import Any, Final
from zoneinfo import ZoneInfo

import msgspec
from django.db import connection, transaction
from django.db.models import Min

from clearway.audit import clock
from clearway.audit import queries as audit
from clearway.declarations.models import Declaration
from clearway.events.models import Event
from clearway.post_clearance.models import Appeal, AuditedDeclaration, Correction
from clearway.reference.in_force import reference_at
from clearway.supervision import statements
from clearway.supervision.models import DrawSum, LineSum, SummedDay, SummedUntil
from clearway.supervision.periods import Scope
from clearway.supervision.statements import DRAW, GREATEST, LINE, These
from clearway.vocabulary.clock import instant_of, microseconds

LEAST: Final = 5_000
"""Declarations that are counted from the record at once; a border with fewer needs no sums."""
NEWS: Final = 20_000
"""Acts since the last round that a reader looks through for what they are about."""
AGAIN: Final = timedelta(hours=1)
SECONDS: Final = 20.0
"""For which a round works at most: other rounds wait for it."""
_AT_ONCE: Final = 5_000
_EPOCH: Final = date(1970, 1, 1)
_DRAW_KEY, _LINE_KEY = ("rate", "chance", "alone"), ("channel", "profile", "version")
Row = tuple[Any, ...]


class _Looked:
    """When this process went round."""

    at: datetime = datetime.min.replace(tzinfo=UTC)


class Reading(msgspec.Struct, frozen=True):
    """From where a scope is read: which days from their sums, what from the record.

    ``as_of`` is when the oldest of these sums that the news has passed by were made; None where
    everything is as it stands now.
    """

    these: These
    summed: tuple[int, ...]
    as_of: datetime | None = None

    def draws(self) -> list[Row]:
        """Return what ``statements.draws`` would, of the whole scope."""
        kept = self._kept(DrawSum, _DRAW_KEY, DRAW)
        return together([*kept, *statements.draws(self.these)], 2 + len(_DRAW_KEY), DRAW)

    def lines(self) -> list[Row]:
        """Return what ``statements.lines`` would, of the whole scope."""
        kept = self._kept(LineSum, _LINE_KEY, LINE)
        return together([*kept, *statements.lines(self.these)], 2 + len(_LINE_KEY), LINE)

    def offices(self) -> list[str]:
        """Return the offices at which anything was lodged."""
        kept = DrawSum.objects.filter(day__in=self.summed).exclude(office="")
        found = set(kept.values_list("office", flat=True).distinct())
        for begins, ends in self.these.spans:
            came = Declaration.objects.filter(
                received_at__gte=instant_of(begins), received_at__lt=instant_of(ends)
            )
            found |= set(came.values_list("office", flat=True).distinct())
        return sorted(found)

    def _kept(self, table: Any, key: Sequence[str], columns: Sequence[str]) -> list[Row]:
        if not self.summed:
            return []
        told = ", ".join(
            f"{'MAX' if one in GREATEST else 'SUM'}({one})" for one in columns
        )  # fmt: skip
        days = ", ".join(map(str, self.summed))
        name = f"supervision_{table.__name__.lower()}"
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT '', '', {', '.join(key)}, {told} "  # noqa: S608 - names and whole numbers
                f"FROM {name} WHERE office = %s AND direction = %s "
                f"AND day IN ({days}) GROUP BY {', '.join(key)}",
                [self.these.office, self.these.direction],
            )
            return list(cursor.fetchall())


def _plain(value: Any) -> Any:
    """Return a sum as a number that goes with others: PostgreSQL sums whole numbers to decimals."""
    if not isinstance(value, Decimal):
        return value
    return int(value) if value == value.to_integral_value() else float(value)


def together(rows: Iterable[Row], key: int, columns: Sequence[str]) -> list[Row]:
    """Return rows of the same key as one.

    Args:
        rows: a key of so many values, then the columns.
        key: how many values.
        columns: their names; of ``GREATEST`` the greatest counts, of others the sum.
    """
    found: dict[Row, list[Any]] = {}
    greatest = [one in GREATEST for one in columns]
    for row in rows:
        own, mine = found.get(row[:key]), [_plain(one) for one in row[key:]]
        if own is None:
            found[row[:key]] = mine
            continue
        for place, value in enumerate(mine):
            own[place] = max(own[place], value) if greatest[place] else own[place] + value
    return [(*one, *values) for one, values in found.items()]


def read(scope: Scope) -> Reading:
    """Return from where a scope is read."""
    period = scope.period
    whole = ((period.begins, period.ends),)
    until = SummedUntil.objects.first()
    kept = [] if until is None else list(
        SummedDay.objects.filter(begins__gte=period.begins, ends__lte=period.ends).order_by("-day")
    )  # fmt: skip
    if until is None or not kept:
        return Reading(These(whole, scope.office, scope.direction), ())
    touched = _touched(until.position, kept)
    anew, left, as_of = set(), LEAST, None
    for one in kept:  # the newest days first, as far as a reader can wait
        if touched is not None and one.day not in touched:
            continue
        if touched is not None and one.lodged <= left:
            left -= one.lodged
            anew.add(one.day)
        else:
            as_of = until.at
    days = [one for one in kept if one.day not in anew]
    spans = tuple(_besides(whole[0], [(one.begins, one.ends) for one in days]))
    return Reading(
        These(spans, scope.office, scope.direction), tuple(one.day for one in days), as_of
    )  # fmt: skip


def _besides(
    whole: tuple[int, int], days: Collection[tuple[int, int]]
) -> Iterator[tuple[int, int]]:
    """Give what is left of a span beside days."""
    at, ends = whole
    for begins, over in sorted(days):
        if at < begins:
            yield at, begins
        at = over
    if at < ends:
        yield at, ends


def _touched(position: int, kept: Sequence[SummedDay]) -> set[int] | None:
    """Return the days about whose declarations there is news after a place; None: too much."""
    if audit.size() - 1 - position > NEWS:
        return None
    return {one for one in _days_of_news(position) if one in {each.day for each in kept}}


def _days_of_news(position: int) -> set[int]:
    """Return the days on which declarations were lodged that there is news about."""
    subjects = set(
        Event.objects.filter(leaf__entry__position__gt=position)
        .values_list("subject", flat=True)
        .distinct()
    )
    numbers: dict[str, list[str]] = {}
    for one in subjects:
        kind, _, key = one.partition(":")
        numbers.setdefault(kind, []).append(key)
    zone = ZoneInfo(reference_at(clock.now()).time_zone)
    return {_day_of(at, zone) for at in _received(numbers)}


def _received(numbers: dict[str, list[str]]) -> Iterator[datetime]:
    """Give when the declarations were received that some subjects are about."""
    whole = {kind: [int(one) for one in own if one.isdigit()] for kind, own in numbers.items()}
    audits, corrections = whole.get("post_audit", []), whole.get("correction", [])
    for kind, number in Appeal.objects.filter(pk__in=whole.get("appeal", [])).values_list(
        "kind", "number"
    ):
        (audits if kind == "audit" else corrections).append(number)
    received = "declaration__received_at"
    yield from AuditedDeclaration.objects.filter(audit__in=audits).values_list(received, flat=True)
    yield from Correction.objects.filter(pk__in=corrections).values_list(received, flat=True)
    mrns = numbers.get("declaration", [])
    for first in range(0, len(mrns), _AT_ONCE):
        found = Declaration.objects.filter(mrn__in=mrns[first : first + _AT_ONCE])
        yield from found.values_list("received_at", flat=True)


def _day_of(at: datetime, zone: ZoneInfo) -> int:
    return (at.astimezone(zone).date() - _EPOCH).days


def _bounds(day: int, zone: ZoneInfo) -> tuple[int, int]:
    first = _EPOCH + timedelta(days=day)
    begins, ends = (
        microseconds(datetime.combine(first + timedelta(days=more), time(0), zone))
        for more in (0, 1)
    )  # fmt: skip
    return begins, ends


# The round.


def forget() -> None:
    """Go round with the next call, however soon it comes."""
    _Looked.at = datetime.min.replace(tzinfo=UTC)


def go_round() -> None:
    """Make the sums of every day that is over and has none, or about which there is later news."""
    now = clock.now()
    if now - _Looked.at < AGAIN:
        return
    _Looked.at = now
    if Declaration.objects.order_by("id")[LEAST : LEAST + 1].first() is None:
        return
    zone = ZoneInfo(reference_at(now).time_zone)
    position = audit.size() - 1  # before anything is counted: what comes later is news
    until = SummedUntil.objects.first()
    if until is None:
        SummedDay.objects.all().delete()
        until = SummedUntil.objects.create(position=position, at=now)
    kept = {one.day: one for one in SummedDay.objects.all()}
    wrong = _days_of_news(until.position)
    wrong |= {one.day for one in kept.values() if (one.begins, one.ends) != _bounds(one.day, zone)}
    over = time_is() + SECONDS
    for day in reversed(_over(now, zone)):
        if day in wrong or day not in kept:
            if time_is() > over:
                forget()  # what is left is the next round's
                return
            _sum(day, zone)
    until.position, until.at = position, now
    until.save()


def _over(now: datetime, zone: ZoneInfo) -> range:
    """Return the days of lodgements that are over."""
    first = Declaration.objects.aggregate(first=Min("received_at"))["first"]
    return range(0) if first is None else range(_day_of(first, zone), _day_of(now, zone))


def _sum(day: int, zone: ZoneInfo) -> None:
    """Make the sums of a day: by office and direction, by each alone, and of all."""
    begins, ends = _bounds(day, zone)
    these = These(((begins, ends),))
    # Counted before the transaction: nobody's lodgement waits for it.
    draws, lines = statements.draws(these, apart=True), statements.lines(these, apart=True)
    with transaction.atomic():
        for table in (SummedDay, DrawSum, LineSum):  # the first is unique: of two rounds one fails
            table.objects.filter(day=day).delete()
        _keep(DrawSum, day, _DRAW_KEY, DRAW, draws)
        _keep(LineSum, day, _LINE_KEY, LINE, lines)
        lodged = sum(int(row[2 + len(_DRAW_KEY)]) for row in draws)
        SummedDay.objects.create(day=day, begins=begins, ends=ends, lodged=lodged)


def _keep(
    table: Any, day: int, key: Sequence[str], columns: Sequence[str], rows: Sequence[Row]
) -> None:
    wide = [
        (office, direction, *row[2:])
        for row in rows
        for office in dict.fromkeys((row[0], ""))
        for direction in dict.fromkeys((row[1], ""))
    ]
    names = ("office", "direction", *key, *columns)
    table.objects.bulk_create(
        [
            table(day=day, **dict(zip(names, row, strict=True)))
            for row in together(wide, 2 + len(key), columns)
        ],
        batch_size=500,
    )
