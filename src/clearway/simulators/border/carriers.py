"""Carriers, an airline and a terminal: they report what comes, that it came, and what was found."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from clearway.simulators.border.border import Border
from clearway.simulators.border.firms import IDENTIFIERS, TERMINAL
from clearway.simulators.border.manifests import manifest
from clearway.simulators.border.platform import Body, document
from clearway.simulators.border.shipments import Cargo, Journey, houses_by_master
from clearway.simulators.goods import written

_LEAD = {"1": 26.0, "4": 5.5, "3": 1.5}
"""Hours before arrival at which a journey is reported, by mode: before the law's 24, 4 and 1."""
_TAKES = {"1": 1.8, "4": 1.2, "3": 0.4}
"""Hours within which its documents follow."""
_TALLY_TAKES = {"1": (1.0, 5.0), "4": (0.5, 2.0)}
_LATE, _PRE_LOADED = 0.05, 0.4


class Carriers:
    """All who carry, and those who unload."""

    def __init__(self, border: Border) -> None:
        self._border = border

    def plan(self, journey: Journey, late: Mapping[str, datetime], *, edifact: bool) -> None:
        """Plan the whole of a journey: its report, its documents, its arrival, its unloading.

        Args:
            journey: with its cargo.
            late: when documents are reported that come after the goods were declared.
            edifact: whether the carrier reports it all in one message.
        """
        border, mode = self._border, journey.means.mode
        first = journey.expected - timedelta(hours=_LEAD[mode])
        if edifact:
            border.schedule.plan(first, self._manifest, journey, frozenset(late))
        else:
            self._plan_reports(journey, first)
        rng = border.draw(journey.reference, "reports")
        for cargo in journey.cargo:
            at = first + timedelta(hours=rng.uniform(0.03, 1) * _TAKES[mode])
            if rng.random() < _LATE:
                at += timedelta(hours=2 * _TAKES[mode])
            if cargo.number in late:
                # A lorry is reported shortly before it comes: its documents never before it.
                at = max(late[cargo.number], at)
                border.schedule.plan(at, self._document, journey, cargo)
            elif not edifact:
                border.schedule.plan(at, self._document, journey, cargo)
        border.schedule.plan(journey.arrives, self._arrival, journey)
        if mode in _TALLY_TAKES and not journey.parcels:
            for cargo in journey.cargo:
                after = timedelta(hours=rng.uniform(*_TALLY_TAKES[mode]))
                border.schedule.plan(journey.arrives + after, self._tally, cargo)

    def _plan_reports(self, journey: Journey, first: datetime) -> None:
        """Plan the reports that come before the documents: journey, masters, pre-loading data."""
        border = self._border
        border.schedule.plan(first, self._conveyance, journey)
        for number, houses in houses_by_master(journey.cargo).items():
            border.schedule.plan(
                first + timedelta(minutes=1), self._master, journey, number, houses
            )
            if journey.means.mode == "4":
                for cargo in houses:
                    if border.draw(cargo.number, "pre-loading").random() < _PRE_LOADED:
                        before = first - timedelta(hours=1)
                        border.schedule.plan(before, self._pre_loading, journey, cargo)

    def _manifest(self, journey: Journey, left_out: frozenset[str], at: datetime) -> None:
        cargo = [one for one in journey.cargo if one.number not in left_out]
        message = manifest(journey, cargo, IDENTIFIERS[journey.carrier], at)
        reply = self._border.send(
            journey.carrier, "POST", "/cuscar", at, body=Body(message, "application/edifact")
        )
        self._border.figures.counts["cargo"] += len(cargo) + 1 if reply.ok else 0

    def _conveyance(self, journey: Journey, at: datetime) -> None:
        reply = self._report(journey, "/conveyances", conveyance_report(journey), at)
        journey.number = reply.get("id", 0)

    def _master(self, journey: Journey, number: str, houses: list[Cargo], at: datetime) -> None:
        report = master_report(journey, number, houses)
        self._report(journey, "/transport-documents", report, at)

    def _document(self, journey: Journey, cargo: Cargo, at: datetime) -> None:
        journey.number = journey.number or self._number_of(journey, at)
        self._report(journey, "/transport-documents", document_report(journey, cargo), at)

    def _pre_loading(self, journey: Journey, cargo: Cargo, at: datetime) -> None:
        self._report(journey, "/pre-loading", pre_loading_report(journey, cargo), at)

    def _report(
        self, journey: Journey, path: str, report: dict[str, Any], at: datetime
    ) -> dict[str, Any]:
        reply = self._border.send(journey.carrier, "POST", path, at, body=document(report))
        self._border.figures.counts["cargo"] += reply.ok
        self._border.unsettle()
        return reply.body if reply.ok else {}

    def _number_of(self, journey: Journey, at: datetime) -> int:
        """Return the platform's number of a journey that was reported by message."""
        known = self._border.platform.pages(journey.carrier, "/conveyances", at, state="expected")
        known += self._border.platform.pages(journey.carrier, "/conveyances", at, state="arrived")
        return next((one["id"] for one in known if one["reference"] == journey.reference), 0)

    def _arrival(self, journey: Journey, at: datetime) -> None:
        journey.number = journey.number or self._number_of(journey, at)
        if not journey.number:
            return
        reply = self._border.send(
            journey.carrier,
            "POST",
            f"/conveyances/{journey.number}/arrival",
            at,
            body=document({"arrived_at": _instant(at)}),
        )
        self._border.unsettle()
        self._border.figures.counts["arrived"] += reply.ok

    def _tally(self, cargo: Cargo, at: datetime) -> None:
        """Count what came off; a few packages are sometimes missing."""
        found = cargo.packages - cargo.fate
        told: dict[str, Any] = {"packages": found}
        if cargo.fate:
            told["remarks"] = f"{cargo.fate} packages not found on board"
        reply = self._border.send(
            TERMINAL,
            "POST",
            f"/transport-documents/{cargo.number}/discharge",
            at,
            body=document(told),
            expected=(404,),  # its report has not come yet
        )
        self._border.unsettle()
        self._border.figures.counts["tallied"] += reply.ok


def conveyance_report(journey: Journey) -> dict[str, Any]:
    """Return a journey as its carrier reports it."""
    by_air = journey.means.mode == "4"
    return {
        "reference": journey.reference,
        "mode": journey.means.mode,
        "means": "" if by_air else journey.means.id,
        "means_name": journey.name,
        "nationality": journey.means.nationality,
        "journey": journey.means.id if by_air else journey.voyage,
        "carrier": IDENTIFIERS[journey.carrier],
        "place": journey.place,
        "expected_at": _instant(journey.expected),
    }


def master_report(journey: Journey, number: str, houses: list[Cargo]) -> dict[str, Any]:
    """Return a master document over house documents."""
    return {
        "number": number,
        "conveyance": journey.number,
        "consignor_name": "Consolidators Abroad",
        "consignee_name": "Meridian Forwarding",
        "description": "Consolidated cargo of several house documents",
        "package_type": "CT",
        "packages": sum(one.packages for one in houses),
        "gross_mass": written(sum(one.gross for one in houses), 3),
    }


def document_report(journey: Journey, cargo: Cargo) -> dict[str, Any]:
    """Return a document as its carrier reports it."""
    return {
        "number": cargo.number,
        "conveyance": None if cargo.master else journey.number,
        "master_number": cargo.master,
        "consignor_name": cargo.consignor,
        "consignor_address": f"Main Street 1, Harbour, {cargo.consignor_country}",
        "consignee": cargo.consignee,
        "consignee_name": cargo.consignee_name,
        "consignee_address": "Quay Road 12, Port Clara, XP",
        "discharge_place": journey.place,
        "description": cargo.description,
        "package_type": cargo.package_type,
        "packages": cargo.packages,
        "gross_mass": written(cargo.gross, 3),
        "containers": [
            {
                "number": box.number,
                "size_type": "45G1",
                "fullness": "5",
                "seals": [{"number": box.seal, "party": "SH"}],
            }
            for box in cargo.boxes
        ],
    }


def pre_loading_report(journey: Journey, cargo: Cargo) -> dict[str, Any]:
    """Return the "7+1" data of a house waybill, six hours of flight before arrival."""
    report = document_report(journey, cargo)
    same = ("consignor_name", "consignor_address", "consignee_name", "consignee_address",
            "gross_mass", "description")  # fmt: skip
    return {
        **{name: report[name] for name in same},
        "house_number": cargo.number,
        "pieces": cargo.packages,
        "departure_at": _instant(journey.expected - timedelta(hours=4)),
        "origin_country": cargo.consignor_country,
    }


def _instant(at: datetime) -> str:
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")
