"""What the room's operations tell. Masses are kilograms, written exactly as text."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from ninja import Schema
from pydantic import Field

from clearway.cargo.models import (
    CargoFinding,
    Container,
    Conveyance,
    PreLoading,
    Tally,
    TransportDocument,
    WriteOff,
)
from clearway.cargo.rules import kilograms
from clearway.kernel.texts import render

State = Literal[
    "advised", "assessed", "ok", "rfi", "rfs", "do_not_load", "arrived", "discharged", "short",
    "excess", "partly_written_off", "fully_written_off", "overdue", "closed", "cancelled",
]  # fmt: skip


class ConveyanceTold(Schema):
    """A conveyance as it stands."""

    id: int
    reference: str
    mode: str
    means: str
    means_name: str
    nationality: str
    journey: str
    carrier: str
    place: str
    expected_at: datetime
    departed_at: datetime | None
    arrived_at: datetime | None
    state: Literal["expected", "arrived", "cancelled"]
    version: int
    reported_at: datetime


class ConveyancePage(Schema):
    """Some conveyances."""

    items: list[ConveyanceTold]
    next: str | None


class SealTold(Schema):
    """A seal."""

    number: str
    party: str


class ContainerTold(Schema):
    """A container with its seals."""

    number: str
    size_type: str
    fullness: str
    packages: int | None
    gross_mass: str | None
    seals: list[SealTold]


class FoundTold(Schema):
    """What a rule found."""

    rule: str = Field(examples=["CLW5108"])
    severity: Literal["error", "doubt", "warning", "note"]
    pointer: str = Field(examples=["containers/0/number"])
    title: str
    message: str
    remedy: str


class StockTold(Schema):
    """What stands on a document and what is left of it."""

    packages: int
    gross_mass: str
    drawn_packages: int
    drawn_mass: str
    final_packages: int
    final_mass: str
    left_packages: int
    left_mass: str
    tallied_packages: int | None
    tallied_mass: str | None


class DocumentSummary(Schema):
    """A transport document in a list."""

    id: int
    number: str
    level: Literal["master", "house"]
    state: State
    conveyance: int | None
    consignee: str
    consignee_name: str
    description: str
    perishable: bool
    late: bool
    packages: int
    gross_mass: str
    left_packages: int
    reported_at: datetime
    arrived_at: datetime | None


class DocumentTold(DocumentSummary):
    """A transport document as it stands."""

    author: Literal["carrier", "copy"]
    master_number: str
    houses: int
    consignor_name: str
    consignor_address: str
    consignee_address: str
    loading_place: str
    discharge_place: str
    goods_location: str
    package_type: str
    dangerous_goods: list[str]
    version: int
    due_at: datetime | None = Field(description="when goods that have not left are overdue")
    stock: StockTold
    containers: list[ContainerTold]
    findings: list[FoundTold]


class DocumentPage(Schema):
    """Some transport documents."""

    items: list[DocumentSummary]
    next: str | None


class TallyTold(Schema):
    """A tally, and what it means for the document."""

    number: str
    packages: int
    gross_mass: str | None
    remarks: str
    at: datetime
    state: State
    short: int = Field(description="packages missing; of bulk goods, none are counted")
    excess: int = Field(description="packages too many")


class WriteOffTold(Schema):
    """A row of a document's ledger. `mrn` is empty for those who may not know it."""

    id: int
    kind: Literal["reserved", "final", "reopened", "returned"]
    mrn: str
    packages: int
    gross_mass: str
    at: datetime


class WriteOffPage(Schema):
    """Some rows of a document's ledger."""

    items: list[WriteOffTold]
    next: str | None


class PreLoadingTold(Schema):
    """The answer to pre-loading data, with its reasons."""

    id: int
    house_number: str
    result: Literal["ok", "rfi", "rfs", "do_not_load"]
    late: bool
    reasons: list[FoundTold]
    departure_at: datetime
    received_at: datetime


def conveyance_told(row: Conveyance) -> dict[str, Any]:
    """Return a conveyance as ``ConveyanceTold``."""
    return {name: getattr(row, name) for name in ConveyanceTold.model_fields}


def summary_told(row: TransportDocument) -> dict[str, Any]:
    """Return a transport document as ``DocumentSummary``."""
    plain = set(DocumentSummary.model_fields) - {"conveyance", "gross_mass", "left_packages"}
    return {
        **{name: getattr(row, name) for name in plain},
        "conveyance": row.conveyance_id,
        "gross_mass": kilograms(row.gross_mass),
        "left_packages": row.left_packages,
    }


def document_told(row: TransportDocument, language: str) -> dict[str, Any]:
    """Return a transport document as ``DocumentTold``."""
    told = set(DocumentTold.model_fields) - set(DocumentSummary.model_fields)
    told -= {"master_number", "stock", "containers", "findings"}
    return {
        **summary_told(row),
        **{name: getattr(row, name) for name in told},
        "master_number": "" if row.master is None else row.master.number,
        "stock": _stock(row),
        "containers": [_container(each) for each in row.containers.order_by("id")],
        "findings": [_found(each, language) for each in row.findings.order_by("id")],
    }


def _stock(row: TransportDocument) -> dict[str, Any]:
    return {
        "packages": row.packages,
        "gross_mass": kilograms(row.gross_mass),
        "drawn_packages": row.drawn_packages,
        "drawn_mass": kilograms(row.drawn_mass),
        "final_packages": row.final_packages,
        "final_mass": kilograms(row.final_mass),
        "left_packages": row.left_packages,
        "left_mass": kilograms(row.left_mass),
        "tallied_packages": row.tallied_packages,
        "tallied_mass": _mass(row.tallied_mass),
    }


def _mass(mass: int | None) -> str | None:
    return None if mass is None else kilograms(mass)


def _container(row: Container) -> dict[str, Any]:
    names = ("number", "size_type", "fullness", "packages", "seals")
    return {name: getattr(row, name) for name in names} | {"gross_mass": _mass(row.gross_mass)}


def _found(row: CargoFinding, language: str) -> dict[str, Any]:
    return found_told(row.rule, row.severity, row.pointer, row.parameters, language)


def found_told(
    rule: str, severity: str, pointer: str, parameters: dict[str, str], language: str
) -> dict[str, Any]:
    """Return a finding as ``FoundTold``."""
    text = render(rule, parameters, language)
    return {
        "rule": rule,
        "severity": severity,
        "pointer": pointer,
        "title": text.title,
        "message": text.message,
        "remedy": text.remedy,
    }


def tally_told(row: Tally) -> dict[str, Any]:
    """Return a tally as ``TallyTold``."""
    document = row.document
    more = 0 if document.bulk else row.packages - document.packages
    return {
        "number": document.number,
        "packages": row.packages,
        "gross_mass": _mass(row.gross_mass),
        "remarks": row.remarks,
        "at": row.at,
        "state": document.state,
        "short": max(0, -more),
        "excess": max(0, more),
    }


def write_off_told(row: WriteOff, *, named: bool) -> dict[str, Any]:
    """Return a row of the ledger as ``WriteOffTold``."""
    return {
        "id": row.pk,
        "kind": row.kind,
        "mrn": row.mrn if named else "",
        "packages": row.packages,
        "gross_mass": kilograms(row.gross_mass)
        if row.gross_mass >= 0
        else "-" + kilograms(-row.gross_mass),
        "at": row.at,
    }


def pre_loading_told(row: PreLoading, language: str) -> dict[str, Any]:
    """Return the answer to pre-loading data as ``PreLoadingTold``."""
    return {
        "id": row.pk,
        "house_number": row.house_number,
        "result": row.result,
        "late": row.late,
        "departure_at": row.departure_at,
        "received_at": row.received_at,
        "reasons": [
            found_told(each["rule"], "doubt", each["pointer"], each["parameters"], language)
            for each in row.reasons
        ],
    }
