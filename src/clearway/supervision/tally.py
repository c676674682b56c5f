"""Counting by channel in SQL: a fixed number of statements whatever the number of declarations.

What is counted stands in ``statements``. Days of a large border that are over are summed by a round
(``days``); what happened to their declarations since is counted anew.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final, NamedTuple

from django.db import connection

from clearway.supervision import days
from clearway.supervision.days import Reading
from clearway.supervision.periods import Scope
from clearway.supervision.statements import MODEL
from clearway.vocabulary.clock import instant_of

__all__ = ["MODEL", "Scope"]

SHARES: Final = ("share_chance", "share_stake", "share_new")
"""What a model asked for by each share of its budget; see ``risk.scoring.models.ItemScore``."""
CHANNELS: Final = ("legal_stop", "watchlist", "profile", "doubt", "score", "random")
"""The lines of the ledger in the order of precedence; a doubt is a finding of the kernel."""
_HOUR: Final = 3_600_000_000


class Tally(NamedTuple):
    """What a channel, or a profile in a version, came to.

    ``asks`` is false for a profile that only weighs in the score. ``selected`` are declarations,
    whatever channel decided their lane. ``waiting`` are not looked at yet, ``inspected`` were, and
    in ``found`` something was found. ``checked`` were decided on documents,
    and in ``on_paper`` a value was determined so. Amounts in minor units, time in microseconds of
    officers. ``alone``: found where no other line had asked. ``later``: found after release.
    ``largest`` is the greatest revenue of one declaration.

    ``red`` of those selected it asked to be looked at itself; of these ``red_inspected`` were, and
    in ``red_found`` something was found. ``drawn_inspected`` and ``drawn_found`` are those of all
    its declarations that the random draw had looked at. See ``sample``.
    """

    channel: str
    profile: str = ""
    version: int = 0
    asks: bool = True
    selected: int = 0
    inspected: int = 0
    found: int = 0
    waiting: int = 0
    checked: int = 0
    on_paper: int = 0
    revenue: int = 0
    officer_time: int = 0
    alone: int = 0
    alone_revenue: int = 0
    later: int = 0
    largest: int = 0
    red: int = 0
    red_inspected: int = 0
    red_found: int = 0
    drawn_inspected: int = 0
    drawn_found: int = 0

    @property
    def by_draw(self) -> bool:
        """Whether it never asked for a look itself, so that the draw's looks alone can judge it."""
        return not self.red

    @property
    def sample(self) -> tuple[int, int]:
        """In how many something was found, of how many looks that say what its goods are like.

        What it asked to be looked at itself. A line that never does (the yellow lane, points in
        the score) is judged by what the draw chose of its declarations: what others had looked at
        of them says what the others are worth.
        """
        if self.by_draw:
            return self.drawn_found, self.drawn_inspected
        return self.red_found, self.red_inspected


class Drawn(NamedTuple):
    """Declarations that nothing but lots had looked at, of one chance (millionths).

    ``drawn`` were drawn; ``looked`` of these were looked at and ``found`` something, with their
    ``revenue`` and its ``squares``. ``known`` and ``known_revenue`` are of all, drawn or not,
    a value that was determined on documents among them.
    """

    rate: int | None
    size: int
    drawn: int
    looked: int
    found: int
    revenue: float
    squares: float
    known: int
    known_revenue: float


class Whole(NamedTuple):
    """All declarations of the scope.

    ``later`` were found out after release, ``later_revenue`` what that brought;
    ``without_chance`` have no chance of being drawn on record. ``largest`` as in ``Tally``;
    ``hits`` are those in which anything was found, by looking or on documents.
    """

    declarations: int
    inspected: int
    found: int
    checked: int
    on_paper: int
    revenue: int
    officer_time: int
    later: int
    later_revenue: int
    without_chance: int
    largest: int
    hits: int


class Counted(NamedTuple):
    """All declarations of a scope, and what the draw found: where it stood alone, and of all."""

    whole: Whole
    alone: list[Drawn]
    everything: list[Drawn]


def counted(scope: Scope, reading: Reading | None = None) -> Counted:
    """Return what all declarations of a scope came to, and what the draw found of them.

    Where lots stood *alone*, nothing else had asked for a look: ``found`` is then what anybody
    found, on documents too, so that what is known and what is estimated count the same things. Of
    *everything* that was drawn, for the base rate, it is what looking found, as in all other rates.

    Alone, either lot counts, by the chance that one of the two had; of everything, the random draw
    does, by its own (``statements.draws``).
    """
    reading = reading or days.read(scope)
    rows = reading.draws()
    columns = list(zip(*(map(int, row[5:17]) for row in rows), strict=True)) or [(0,)] * 12
    whole = Whole(*(sum(one) for one in columns))._replace(largest=max(columns[10]))
    return Counted(
        whole,
        _by_rate([_drawn(row, row[3], 17) for row in rows if row[4]]),
        _by_rate([_drawn(row, row[2], 22) for row in rows]),
    )


def _drawn(row: tuple[Any, ...], rate: Any, place: int) -> Drawn:
    """Return what lots of a chance had drawn, in a row; what they did begins at a place."""
    drawn, looked, found, revenue, squares = row[place : place + 5]
    return Drawn(
        rate=None if rate is None else int(rate), size=int(row[5]), drawn=int(drawn),
        looked=int(looked), found=int(found), revenue=float(revenue), squares=float(squares),
        known=int(row[16]), known_revenue=float(row[10]),
    )  # fmt: skip


def _by_rate(rows: list[Drawn]) -> list[Drawn]:
    """Return rows of the same chance as one."""
    found: dict[int | None, list[Drawn]] = {}
    for row in rows:
        found.setdefault(row.rate, []).append(row)
    return [
        Drawn(
            rate=rate,
            size=sum(one.size for one in same),
            drawn=sum(one.drawn for one in same),
            looked=sum(one.looked for one in same),
            found=sum(one.found for one in same),
            revenue=sum(one.revenue for one in same),
            squares=sum(one.squares for one in same),
            known=sum(one.known for one in same),
            known_revenue=sum(one.known_revenue for one in same),
        )
        for rate, same in found.items()
    ]


class Tallied(NamedTuple):
    """The tally of every channel that asked for anything, and of every profile by version."""

    channels: list[Tally]
    profiles: list[Tally]


def tallied(scope: Scope, reading: Reading | None = None) -> Tallied:
    """Return what asked for control, by channel and by profile; also what only weighs.

    A model stands among the profiles by its number (``MODEL``), once for all that it said and once
    for each share of the budget by which it asked (``SHARES``).
    """
    reading = reading or days.read(scope)
    rows = [
        Tally(row[2], row[3], int(row[4]), bool(row[5]) or row[2] in SHARES, *map(int, row[6:]))
        for row in sorted(reading.lines())
    ]
    return Tallied([one for one in rows if not one.profile], [one for one in rows if one.profile])


def offices(scope: Scope) -> list[str]:
    """Return the offices at which anything was lodged in a period."""
    return days.read(scope._replace(office="", direction="")).offices()


def first_lodged() -> datetime | None:
    """Return when the first declaration on record was received."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT MIN(received_at) FROM declarations_declaration")
        (first,) = cursor.fetchone()
    return None if first is None else instant_of(first)


def hours(officer_time: int) -> float:
    """Return officers' time in hours, to a tenth.

    >>> hours(5_400_000_000)
    1.5
    """
    return round(officer_time / _HOUR, 1)
