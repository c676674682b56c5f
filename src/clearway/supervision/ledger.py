"""The ledger of selection: what each channel and each profile was worth beside the random draw."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

import msgspec

from clearway.audit import clock
from clearway.reference.in_force import reference_at
from clearway.risk.profiles import queries, telling
from clearway.supervision import days, tally
from clearway.supervision.estimating import (
    FEWEST,
    Interval,
    Missed,
    Stratum,
    missed,
    rate_of,
    ratio,
    weighted_rate,
    wilson,
)
from clearway.supervision.periods import period
from clearway.supervision.tally import Drawn, Scope, Tally, Whole, hours

_WHOLE = 1_000_000
_DIRECTIONS = ("IM", "EX")
_NOWHERE = "?"
"""What no office is called."""


class Line(msgspec.Struct, frozen=True):
    """A line of the ledger with its rates; see ``tally.Tally`` for what is counted.

    ``rate`` is found / inspected in what says what its goods are like (``Tally.sample``), and
    ``lift`` that rate over the base rate, each with its 95 % interval; None where too few were
    looked at, and ``lift`` where the draw found nothing.
    ``better`` says whether it is credibly better than chance: its lift's interval lies above 1.
    None where that cannot be said. ``retire`` says of a profile in force that all evidence, of
    whatever period, speaks for its end (``risk.profiles.worth``).
    """

    tally: Tally
    hours: float
    rate: Interval | None
    lift: Interval | None
    better: bool | None
    retire: bool = False


class Base(msgspec.Struct, frozen=True):
    """The base rate: what the draw found among all that it had looked at.

    ``found`` and ``looked`` are plain numbers; ``rate`` weighs each look by its chance, and is
    None where fewer than ``FEWEST`` were looked at.
    """

    drawn: int
    looked: int
    found: int
    rate: Interval | None


class Ledger(msgspec.Struct, frozen=True):
    """What selection was worth in a period.

    ``missed`` is among the ``lonely``: the declarations that nothing but a lot would have had
    looked at, by the chance that they had. ``names`` are those of the profiles that are still
    known, by code. ``as_of`` is from when the sums of some days are, None where everything is as
    it stands now (``days``).
    """

    period: str
    office: str
    direction: str
    currency: str
    whole: Whole
    base: Base
    channels: tuple[Line, ...]
    profiles: tuple[Line, ...]
    missed: Missed
    lonely: tuple[Drawn, ...] = ()
    names: Mapping[str, str] = msgspec.field(default_factory=dict)
    as_of: datetime | None = None

    @property
    def unseen(self) -> int:
        """How many declarations only the draw could have had looked at."""
        return sum(one.size for one in self.lonely)

    @property
    def found_alone(self) -> int:
        """What was found in what nothing but the draw had inspected."""
        return sum(one.found for one in self.lonely if one.rate)

    @property
    def hours(self) -> float:
        """Officers' hours of all looks, to a tenth."""
        return hours(self.whole.officer_time)

    @property
    def caught(self) -> Interval | None:
        """The share of all violations that was found, as far as what was missed can be told."""
        missed, found = self.missed.violations, self.whole.hits
        if missed is None or not found:
            return None
        low, value, high = (
            found / (found + one) for one in (missed.high, missed.value, missed.low)
        )
        return Interval(value, low, high)

    @property
    def retiring(self) -> tuple[Line, ...]:
        """The profiles for whose end the evidence speaks; nothing is retired by itself."""
        return tuple(line for line in self.profiles if line.retire)


def scope_of(written: str = "", office: str = "", direction: str = "") -> Scope:
    """Return what is asked about.

    Args:
        written: a period as ``periods.period`` reads it; empty for this year.
        office: its code; empty for all.
        direction: IM or EX; empty for both.

    Raises:
        DataRefused: it is no period.
    """
    now = clock.now()
    zone = reference_at(now).time_zone
    return Scope(
        period(written or str(now.astimezone(ZoneInfo(zone)).year), zone),
        office if office.isascii() and office.isprintable() else _NOWHERE,
        direction if direction in _DIRECTIONS else "",
    )


def ledger(scope: Scope) -> Ledger:
    """Return the ledger of a scope, in a fixed number of statements."""
    reading = days.read(scope)
    whole, lonely, everything = tally.counted(scope, reading)
    channels, profiles = tally.tallied(scope, reading)
    base = base_of(everything)
    evidence, known = telling.Evidence(), queries.known_profiles()
    ending = {(one.code, one.profile.version) for one in known if evidence.speaks_for_its_end(one)}
    return Ledger(
        scope.period.name,
        scope.office,
        scope.direction,
        reference_at(clock.now()).currency,
        whole,
        base,
        lines(in_order(channels), base),
        lines(profiles, base, ending),
        missed_of(lonely),
        tuple(lonely),
        {one.code: one.profile.name for one in known},
        reading.as_of,
    )


def in_order(found: Iterable[Tally]) -> list[Tally]:
    """Return channels in the order of precedence, those too that asked for nothing."""
    by_name = {one.channel: one for one in found}
    return [by_name.get(name) or Tally(name) for name in tally.CHANNELS]


def lines(
    found: Iterable[Tally], base: Base, to_retire: Collection[tuple[str, int]] = ()
) -> tuple[Line, ...]:
    """Return tallies with their rates, each beside the base rate.

    Args:
        found: the tallies.
        base: the base rate.
        to_retire: the profiles, by code and version, for whose end the evidence speaks.
    """
    return tuple(_line(one, base, (one.profile, one.version) in to_retire) for one in found)


def base_of(rows: Sequence[Drawn]) -> Base:
    """Return the base rate from all that was drawn."""
    looked, found = sum(one.looked for one in rows), sum(one.found for one in rows)
    rate = None
    if looked >= FEWEST:
        rate = wilson(*weighted_rate(_strata(rows)))
    return Base(sum(one.drawn for one in rows), looked, found, rate)


def missed_of(rows: Sequence[Drawn]) -> Missed:
    """Return what was missed among what nothing but the draw had looked at."""
    told = [one for one in rows if one.rate]
    known = sum(one.known for one in told)
    return missed(_strata(told), known, sum(one.known_revenue for one in told))


def _strata(rows: Sequence[Drawn]) -> list[Stratum]:
    return [
        Stratum(
            one.rate / _WHOLE, one.size, one.looked, one.found, one.revenue, one.squares, one.drawn
        )
        for one in rows
        if one.rate
    ]


def _line(one: Tally, base: Base, retire: bool) -> Line:  # noqa: FBT001 - a field of its own
    rate = rate_of(*one.sample)
    lift = better = None
    if rate is not None and base.rate is not None and one.channel != "random":
        lift = ratio(rate, base.rate)
        better = None if lift is None else lift.low > 1
    return Line(one, hours(one.officer_time), rate, lift, better, retire)
