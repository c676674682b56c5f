"""One day of the border, drawn from the seed: journeys, what they carry, who declares it when.

Everything that does not depend on an answer of the platform is drawn here, in one go and in a
fixed order. What follows from answers is drawn by each actor from the declaration's own reference.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import accumulate
from random import Random
from typing import NamedTuple

from clearway.kernel.reference import Reference
from clearway.messages.records import Declaration
from clearway.simulators.border.calendar import Day
from clearway.simulators.border.exports import as_export
from clearway.simulators.border.firms import AIRLINE, CARRIER, Firm
from clearway.simulators.border.shipments import (
    Cargo,
    Difference,
    Journey,
    Shipment,
    cargo_of,
    twin,
)
from clearway.simulators.consignments import Consigning
from clearway.simulators.conveyances import Conveyance, air_waybill, conveyance
from clearway.simulators.market import Market
from clearway.simulators.mistakes import make_mistake

_SHIPS, _FLIGHTS = 3, 5
_PLACES = {"1": "XPLOD", "4": "XPWRO", "3": "XPMER"}
_OFFICES = {"1": "XP000110", "4": "XP000210", "3": "XP000310"}
_PARCEL_OFFICE = "XP000410"
_NAMES = ("Astrolabe", "Backstaff", "Chronometer", "Dead Reckoning", "Ephemeris", "Fathom")
_MISTAKEN, _EXPORTS, _SIMPLIFIED, _AHEAD, _IN_ADVANCE = 0.09, 0.14, 0.5, 0.06, 0.3
_CONSOLIDATED, _SHORT, _CONCEALED, _TWICE = 0.35, 0.03, 0.15, 0.01


class Planned(NamedTuple):
    """A shipment and the instant at which it is lodged."""

    at: datetime
    shipment: Shipment


class DayPlan(NamedTuple):
    """A whole day: journeys (with their documents), documents that are reported late, lodgements.

    ``cuscar`` is the journey whose cargo comes as one EDIFACT message, or None. ``parcels`` are
    files of parcels with the instant of each.
    """

    journeys: list[Journey]
    late: dict[str, datetime]
    lodgements: list[Planned]
    cuscar: Journey | None
    parcels: list[tuple[datetime, list[Declaration]]]


class Planner:
    """Draws days."""

    def __init__(self, reference: Reference, firms: Sequence[Firm], seed: int) -> None:
        self._reference = reference
        self._firms = firms
        self._seed = seed

    def plan(self, day: Day, lodgements: int) -> DayPlan:
        """Draw one day.

        Args:
            day: which.
            lodgements: how many single ones an ordinary working day has.
        """
        return _Drawing(self._reference, self._firms, self._seed, day).draw(
            day.lodgements(lodgements)
        )


class _Drawing:
    def __init__(self, reference: Reference, firms: Sequence[Firm], seed: int, day: Day) -> None:
        self.day = day
        self.rng = Random(f"border day:{seed}:{day.on.isoformat()}:{reference.country}")
        market = Market(reference, day.on.toordinal() - 719_163)
        self.market = market
        self.consigning = Consigning(market, self.rng, seed, day.on)
        self.journeys: dict[str, list[Journey]] = {"1": [], "4": [], "3": []}
        self.late: dict[str, datetime] = {}
        self.planned: list[Planned] = []
        self.number = 0
        open_firms = [one for one in firms if day.is_working or one.habits.weekend] or list(firms)
        self.firms = open_firms
        self.weights = list(accumulate(one.habits.activity for one in open_firms))
        for mode, count in (("1", _SHIPS), ("4", _FLIGHTS)):
            self.journeys[mode] = [self._journey(mode, number) for number in range(count)]

    def draw(self, lodgements: int) -> DayPlan:
        for _ in range(lodgements):
            firm: Firm = self.rng.choices(self.firms, cum_weights=self.weights)[0]
            share = self.rng.random()
            if share < _EXPORTS:
                self._export(firm)
            elif firm.simplified and self.rng.random() < _SIMPLIFIED:
                self._import(firm, "simplified")
            elif self.rng.random() < _IN_ADVANCE:
                self._import(firm, "prelodged")
            else:
                self._import(firm, "standard")
        parcels = self._parcels(max(3, lodgements // 16))
        journeys = [one for mode in ("1", "4", "3") for one in self.journeys[mode]]
        journeys = [one for one in journeys if one.cargo]
        return DayPlan(
            journeys,
            self.late,
            self.planned,
            next((one for one in journeys if one.means.mode == "1"), None),
            parcels,
        )

    def _journey(self, mode: str, number: int) -> Journey:
        rng, day = self.rng, self.day
        means = conveyance(mode, self.market.country(rng), rng)
        hour = {"1": (5, 17), "4": (1, 20), "3": (6, 19)}[mode]
        expected = day.hour(rng.uniform(*hour))
        delay = rng.uniform(0.8, 3) if rng.random() < 0.15 else rng.uniform(-0.3, 0.4)
        kind = {"1": "V", "4": "F", "3": "L"}[mode]
        return Journey(
            reference=f"{kind}{day.on:%y%m%d}{number:04d}",
            carrier=AIRLINE if mode == "4" else CARRIER,
            means=means,
            name=f"{rng.choice(_NAMES)} {rng.randrange(1, 90)}" if mode == "1" else "",
            voyage=f"{rng.randrange(100, 999)}E" if mode == "1" else "",
            place=_PLACES[mode],
            expected=expected,
            arrives=min(expected + timedelta(hours=delay), day.end - timedelta(minutes=30)),
        )

    def _import(self, firm: Firm, kind: str) -> None:
        rng = self.rng
        mode = firm.habits.mode
        if mode == "3":
            self.journeys["3"].append(self._journey("3", len(self.journeys["3"])))
            journey = self.journeys["3"][-1]
        else:
            journey = rng.choice(self.journeys[mode])
        master = self._master(journey)
        sound = self._trade(firm, self._means(journey, master))
        sound.declaration_office_id = _OFFICES[mode]
        at = self._moment(kind, journey)
        letter = {"standard": ("IMA", "IM"), "prelodged": ("IMD",), "simplified": ("IMC",)}[kind]
        sound.type_code = self.market.pick("declaration_type", letter)
        cargo = cargo_of(sound, master)
        if master == "" and rng.random() < 0.02:
            cargo.packages += 1  # a package more on the document than in the declaration
        if rng.random() < _SHORT and cargo.packages > 3:
            cargo.fate = rng.randint(1, min(3, cargo.packages - 1))
        journey.cargo.append(cargo)
        if kind == "standard" and rng.random() < _AHEAD:
            self.late[cargo.number] = at + timedelta(hours=rng.uniform(0.5, 4))
        self._lodge(at, firm, sound, kind, cargo, journey.arrives)

    def _means(self, journey: Journey, master: str) -> Conveyance:
        """Return the journey with a transport document number of its own for this consignment."""
        rng, mode = self.rng, journey.means.mode
        if mode == "1":
            number = f"{'HB' if master else 'BL'}{rng.randrange(10**9):09d}"
            return journey.means._replace(document=number, document_type="714" if master else "705")
        if mode == "4" and master:
            return journey.means._replace(
                document=f"HAW{rng.randrange(10**8):08d}", document_type="703"
            )
        number = air_waybill(rng) if mode == "4" else f"CMR{rng.randrange(10**7):07d}"
        return journey.means._replace(document=number)

    def _master(self, journey: Journey) -> str:
        """Return the number of a master document for a consolidated consignment, else nothing."""
        rng = self.rng
        if journey.means.mode == "3" or rng.random() >= _CONSOLIDATED:
            return ""
        open_masters = [one.master for one in journey.cargo if one.master]
        if open_masters and rng.random() < 0.7:
            return open_masters[-1]
        if journey.means.mode == "4":
            return air_waybill(rng)
        return f"MB{rng.randrange(10**9):09d}"

    def _moment(self, kind: str, journey: Journey) -> datetime:
        """Draw when a declaration is lodged: in advance before the ship, else in office hours."""
        if kind != "prelodged":
            return self.day.office_moment(self.rng)
        before = self.rng.uniform(0.5, 14)
        return journey.expected - timedelta(hours=before)

    def _export(self, firm: Firm) -> None:
        sound = as_export(self._trade(firm, None), self.market, firm.habits)
        sound.declaration_office_id = _OFFICES[firm.habits.mode]
        assert sound.exit_office is not None
        sound.exit_office.id = sound.declaration_office_id
        at = self.day.office_moment(self.rng)
        self._lodge(at, firm, sound, "export")

    def _trade(self, firm: Firm, means: Conveyance | None) -> Declaration:
        self.number += 1
        lodged = self.day.hour(12)
        habits = firm.habits._replace(boldness=0)  # whether he cheats is decided when he lodges
        return self.consigning.trade(self.number, lodged, habits, means).declaration

    def _lodge(
        self,
        at: datetime,
        firm: Firm,
        sound: Declaration,
        kind: str,
        cargo: Cargo | None = None,
        arrives: datetime | None = None,
    ) -> None:
        rng = self.rng
        sound.acceptance_date_time = None  # the administration says when it accepts
        declared, mistakes, behaviours = twin(sound), [], []
        differences: tuple[Difference, ...] = ()
        if cargo is not None and rng.random() < _CONCEALED and firm.habits.boldness:
            differences = (_more_than_declared(sound),)
            cargo.gross += cargo.gross // 5
            cargo.packages += max(1, cargo.packages // 6)
            behaviours.append("concealed")
        if rng.random() < _MISTAKEN:
            mistakes = [make_mistake(declared, rng)]
        shipment = Shipment(
            lrn=sound.functional_reference_id or "",
            firm=firm.habits,
            lodger=firm.lodger,
            declaration=declared,
            sound=sound,
            kind=kind,
            cargo=cargo,
            arrives=arrives,
            behaviours=tuple(behaviours),
            differences=differences,
            mistakes=tuple(mistakes),
            xml=rng.random() < 0.3,
        )
        self.planned.append(Planned(at, shipment))
        if rng.random() < _TWICE:
            self.planned.append(
                Planned(at + timedelta(hours=rng.uniform(0.2, 3)), _again(shipment))
            )

    def _parcels(self, each: int) -> list[tuple[datetime, list[Declaration]]]:
        """Draw the express operator's files of the day, each of the parcels of one flight."""
        files = []
        for hour in (8.5, 11.75, 15.25, 18.5):
            at = self.day.hour(hour + self.rng.uniform(0, 0.5))
            files.append((at, self._flight_of(each, at)))
        return files

    def _flight_of(self, count: int, at: datetime) -> list[Declaration]:
        """Draw parcels that come on one flight, whose airline reports each; some are forgotten."""
        rng = self.rng
        journey = self._journey("4", len(self.journeys["4"]))
        journey.expected = journey.arrives = at - timedelta(hours=rng.uniform(0.5, 2))
        journey.parcels = True
        self.journeys["4"].append(journey)
        parcels = []
        for _ in range(count):
            self.number += 1
            means = journey.means._replace(document=air_waybill(rng))
            made = self.consigning.parcel(self.number, at, means).declaration
            made.acceptance_date_time = None
            made.declaration_office_id = _PARCEL_OFFICE
            cargo = cargo_of(made)
            journey.cargo.append(cargo)
            if rng.random() < _AHEAD:
                self.late[cargo.number] = at + timedelta(hours=rng.uniform(2, 5))
            if rng.random() < _MISTAKEN / 2:
                make_mistake(made, rng)
            parcels.append(made)
        return parcels


def _more_than_declared(declaration: Declaration) -> Difference:
    """Return what stands in the cargo report and in no item: a fifth more of the first goods."""
    shipment = declaration.goods_shipment
    assert shipment is not None
    first = shipment.goods_items[0].commodity
    assert first is not None
    amount = declaration.invoice_amount
    worth = round(float(amount.value) / 5) if amount else 1_000
    return Difference("undeclared_goods", 0, first.classifications[0].id or "", str(max(1, worth)))


def _again(shipment: Shipment) -> Shipment:
    """Return the same consignment under another reference: lodged twice, by mistake or not."""
    declared = twin(shipment.sound)
    declared.functional_reference_id = f"{shipment.lrn}T"
    return Shipment(
        lrn=f"{shipment.lrn}T",
        firm=shipment.firm,
        lodger=shipment.lodger,
        declaration=declared,
        sound=declared,
        kind=shipment.kind,
        cargo=shipment.cargo,
        arrives=shipment.arrives,
        behaviours=(*shipment.behaviours, "lodged twice"),
        differences=shipment.differences,
    )
