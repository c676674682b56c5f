"""The demonstration as a whole: actors on a border, day after simulated day."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from clearway.kernel.reference import Reference
from clearway.simulators.border.agencies import Agencies
from clearway.simulators.border.analysts import Analysts
from clearway.simulators.border.border import Border
from clearway.simulators.border.calendar import WEEKDAY_LODGEMENTS, Day
from clearway.simulators.border.carriers import Carriers
from clearway.simulators.border.corrections import Corrections
from clearway.simulators.border.declarants import Declarants
from clearway.simulators.border.firms import FIRMS, firms_of
from clearway.simulators.border.gates import Gates
from clearway.simulators.border.getting_ready import Registrations
from clearway.simulators.border.hidden import HiddenTruth
from clearway.simulators.border.inspectors import Inspectors
from clearway.simulators.border.minds import Minds
from clearway.simulators.border.money import Money
from clearway.simulators.border.officers import Officers
from clearway.simulators.border.parcels import Parcels
from clearway.simulators.border.plan import Planner
from clearway.simulators.border.platform import Platform
from clearway.simulators.border.schedule import Pace
from clearway.simulators.market import Market

FIRST_DAY = date(2026, 3, 3)
"""A Tuesday. On its eve, when the platform's simulated time begins, its ships are reported."""
_EVE = 22.0
_LOOKS = (7, 9, 11, 13, 15, 17, 19, 23.9)
"""Hours at which a supervisor looks at what waits for its cargo report."""
_LOOKED_AT = 10.5
"""Hour of the first day before which a border without end is in no hurry to be watched: whoever
opens it finds ships, lanes and a queue already, not a sleeping night."""
_EPOCH = date(1970, 1, 1)


class Demonstration:
    """A border that lives on a platform.

    Args:
        platform: with the keys of the ready actors.
        reference: the pack that the platform has published.
        seed: another one is another border.
        first: the first simulated day.
        lodgements: single lodgements of an ordinary working day.
        truth: the file in which the simulation keeps what is really in the boxes; None keeps none.
    """

    def __init__(
        self,
        platform: Platform,
        reference: Reference,
        seed: int,
        *,
        first: date = FIRST_DAY,
        lodgements: int = WEEKDAY_LODGEMENTS,
        firms: int = FIRMS,
        truth: Path | None = None,
    ) -> None:
        zone = ZoneInfo(reference.time_zone)
        self._first = first
        self._lodgements = lodgements
        self.border = Border(platform, zone, seed)
        market = Market(reference, (FIRST_DAY - _EPOCH).days)
        self._firms = firms_of(market, seed, firms)
        self._planner = Planner(reference, self._firms, seed)
        officers = self._officers = Officers(self.border)
        self._carriers = Carriers(self.border)
        hidden = HiddenTruth(truth)
        minds = Minds(self.border, reference, self._firms, FIRST_DAY)
        self._declarants = Declarants(self.border, officers, minds, hidden)
        corrections = Corrections(self.border)
        self._desks = (
            officers,
            Agencies(self.border),
            Inspectors(self.border, hidden, minds, corrections),
            corrections,
            Money(self.border),
            Gates(self.border),
            Analysts(self.border, self._firms, lodgements, FIRST_DAY),
        )
        self._parcels = Parcels(self.border)
        self._begun: Callable[[date], None] = lambda _: None

    def run(
        self,
        days: int | None,
        rate: float,
        tick: Callable[[], None],
        begun: Callable[[date], None] = lambda _: None,
    ) -> None:
        """Let so many days pass; without a number, days without end.

        Args:
            days: how many whole days.
            rate: lodgements a second of wall time; 0 is as fast as the platform answers. Days
                without end keep it from the middle of their first morning on.
            tick: called after every act.
            begun: called with the first day at once, and with each when it begins.

        Raises:
            Gone: the platform does not answer any more.
        """
        border = self.border
        self._begun = begun
        begin = Day(self._first, border.zone)
        Registrations(border, self._firms).make(begin.hour(-_EVE))
        begun(self._first)
        self._plan(self._first, None if days is None else days - 1)
        end = None
        if days is not None:
            end = Day(self._first + timedelta(days=days), border.zone).begin
        paced_from = begin.hour(_LOOKED_AT) if days is None else begin.hour(-_EVE)
        pace = Pace(rate)
        while (step := border.schedule.next(end)) is not None:
            if step.at >= paced_from:
                pace.wait(step.lodgements)
            at = step.at.astimezone(border.zone)
            border.figures.at = at
            step.act(at)
            tick()
        border.settle(end or datetime.now(border.zone))

    def _plan(self, on: date, more: int | None) -> None:
        """Plan a day, and at its beginning the next one, whose ships report beforehand."""
        border = self.border
        day = Day(on, border.zone)
        border.schedule.plan(day.begin, self._dawn, on)
        drawn = self._planner.plan(day, self._lodgements)
        for journey in drawn.journeys:
            self._carriers.plan(journey, drawn.late, edifact=journey is drawn.cuscar)
        for at, shipment in drawn.lodgements:
            border.schedule.plan(at, self._declarants.lodge, shipment, lodgements=1)
        for at, parcels in drawn.parcels:
            border.schedule.plan(
                at,
                self._parcels.upload,
                parcels,
                lodgements=len(parcels),
            )
        for hour in _LOOKS:
            for part in self._desks:
                border.schedule.plan(day.hour(hour), part.look_around)
        if more is None or more > 0:
            tomorrow = on + timedelta(days=1)
            left = None if more is None else more - 1
            border.schedule.plan(day.hour(24 - _EVE), self._plan_next, tomorrow, left)

    def _dawn(self, on: date, at: datetime) -> None:
        del at
        self._begun(on)

    def _plan_next(self, on: date, more: int | None, at: datetime) -> None:
        del at
        self._plan(on, more)
