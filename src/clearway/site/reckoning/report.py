"""The reckoning as a whole, and as a person reads it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import datetime

from msgspec import Struct

from clearway.audit import clock
from clearway.audit import queries as audit
from clearway.events import queries as events
from clearway.events.models import Event
from clearway.reference.in_force import reference_at
from clearway.site.reckoning import figures, ledgers, lists, waiting
from clearway.site.reckoning.figures import Counts
from clearway.site.reckoning.ledgers import Ledger
from clearway.site.reckoning.lists import Line
from clearway.site.reckoning.waiting import Waiting
from clearway.site.subscriptions import SUBSCRIPTIONS
from clearway.vocabulary.clock import SimulatedClock

_SHOWN = 12
"""Lines of a list that are shown one by one; the rest by reason."""


class Report(Struct, frozen=True):
    """What the record came to at an instant.

    ``disagreements`` are sums that are not what they should be, ``waiting`` the records that are
    not at their end, ``parked`` the events that no consumer could handle, ``untold`` the acts of
    which one has not been told yet.
    """

    at: datetime
    figures: dict[str, Counts]
    ledgers: list[Ledger]
    disagreements: list[str]
    waiting: list[Waiting]
    lists: dict[str, list[Line]]
    parked: list[str]
    untold: int

    @property
    def orphans(self) -> list[Waiting]:
        """The records at which nobody acts, or whose day passed unnoticed."""
        return [one for one in self.waiting if one.fault]

    @property
    def unexplained(self) -> list[str]:
        """The lines of the lists that nothing explains."""
        return [
            f"{name}: {line.subject}"
            for name, lines in self.lists.items()
            for line in lines
            if not line.reason
        ]

    @property
    def is_sound(self) -> bool:
        """Whether every sum agrees, somebody acts on everything, and every line is explained."""
        return not (self.disagreements or self.orphans or self.parked or self.unexplained)


def reckon() -> Report:
    """Reckon up the record as of now; a demonstration's, as of its last event."""
    known = clock.clock()
    if isinstance(known, SimulatedClock):
        last = Event.objects.order_by("-id").values_list("system_time", flat=True).first()
        if last is not None:
            known.advance(last)
    now = known.now()
    return Report(
        now,
        figures.figures(),
        ledgers.ledgers(),
        ledgers.disagreements(),
        list(waiting.waiting(now, reference_at(now))),
        lists.lists(now),
        [f"{row.consumer}: {row.event.kind}: {row.error}" for row in events.parked()],
        _untold(),
    )


def _untold() -> int:
    """Return how many events a consumer wants that it has not been told of.

    A consumer's place is kept when it was told something, so that what it passed over since then
    is looked through here, as it would do itself.
    """
    stands = events.stands()
    count = audit.waiting()
    for one in SUBSCRIPTIONS:
        place = stands.get(one.name, events.UNTOLD).place
        while True:
            news, reached = events.news(place)
            if reached == place:
                break
            count += len(one.wanted(news))
            place = reached
    return count


def told(report: Report) -> Iterator[str]:
    """Yield the report line by line, as a person reads it."""
    yield f"The record on {report.at:%Y-%m-%d %H:%M} UTC"
    for name, counts in report.figures.items():
        listed = ", ".join(f"{state or '-'} {count:,}" for state, count in counts.items())
        yield f"  {name:<22} {sum(counts.values()):>7,}  {listed}"
    yield "Ledger (debits less credits)"
    for one in report.ledgers:
        yield f"  total {one.currency} {_money(one.total):>18}"
        for kind, balance in one.accounts.items():
            yield f"    {kind:<12} {_money(balance):>18}"
    yield from _listed("Sums that do not agree", report.disagreements)
    yield from _listed("Events that could not be handled", report.parked)
    yield "Not at its end: who has to act"
    holders = Counter((one.kind, _who(one.holder), one.what) for one in report.waiting)
    for (kind, holder, what), count in sorted(holders.items()):
        yield f"  {count:>6,}  {kind}: {holder or 'nobody'} ({what.replace('_', ' ')})"
    yield from _listed(
        "Orphans",
        [f"{one.kind} {one.subject} ({one.state}): {one.fault}" for one in report.orphans],
    )
    for name, lines in report.lists.items():
        yield from _list(name, lines)
    yield "Sound." if report.is_sound else "NOT SOUND."


def _who(holder: str) -> str:
    """Return who holds something without which one of them."""
    return holder.split(" ", 1)[0].rstrip(",")


def _listed(title: str, rows: list[str]) -> Iterator[str]:
    yield f"{title}: {len(rows):,}"
    yield from (f"  {row}" for row in rows)


def _list(name: str, lines: list[Line]) -> Iterator[str]:
    yield f"{name.capitalize()}: {len(lines):,}"
    if len(lines) <= _SHOWN:
        yield from (f"  {one.subject}: {one.reason or 'UNEXPLAINED'}" for one in lines)
        return
    for reason, count in Counter(_kind_of(one.reason) for one in lines).most_common():
        example = next(one.subject for one in lines if _kind_of(one.reason) == reason)
        yield f"  {count:>6,}  {reason or 'UNEXPLAINED'} (such as {example})"


def _kind_of(reason: str) -> str:
    """Return a reason without its figures, days and names, by which lines are counted."""
    words = (word for word in reason.split() if not any(sign.isdigit() for sign in word))
    return " ".join(words)


def _money(minor: int) -> str:
    return f"{minor / 100:,.2f}"
