"""What the room's operations tell. Quantities are written exactly as text."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Literal

from ninja import Schema
from pydantic import Field

from clearway.cargo.rules import kilograms
from clearway.declarations.models import Declaration
from clearway.permits import queries
from clearway.permits.asking import Requirement
from clearway.permits.mapping import Harmonised, Seen
from clearway.permits.models import Application, Case, Need, Permit, WriteOff

CaseState = Literal["applied", "info", "inspect", "approved", "refused", "expired", "revoked"]
PermitState = Literal["valid", "used", "expired", "revoked"]
NeedState = Literal["waived", "covered", "paper", "inspect", "lacking", "refused"]
Word = Literal["approved", "pending", "hold", "refused"]


class NamedCodeTold(Schema):
    """A code with its name."""

    code: str
    name: str


class RequirementTold(Schema):
    """A permit that goods need, before anything is lodged."""

    code: str
    name: str
    legal_basis: str
    agency: str
    agency_name: str
    contact: str
    documents: list[NamedCodeTold] = Field(description="one of them shows it")
    exemptions: list[NamedCodeTold] = Field(description="one of them lifts it")
    days: int = Field(description="working days in which the agency decides")
    silent: bool = Field(description="whether the agency's silence approves")


class RequirementsTold(Schema):
    """What goods need."""

    commodity: str
    description: str
    day: date
    items: list[RequirementTold]


class ApplicationLineTold(Schema):
    """Goods that were applied for."""

    line: int
    commodity: str
    description: str
    quantity: str
    unit: str
    value: int | None


class CaseInformationTold(Schema):
    """What an agency asked, and the answer."""

    question: str
    asked_at: datetime
    answer: str
    answered_at: datetime | None


class PermitCaseTold(Schema):
    """An application as one agency has it before it."""

    id: int
    application: str = Field(description="reference of the application")
    agency: str
    state: CaseState
    due_at: datetime | None = Field(description="when it, or while asked the trader, is due")
    opened_at: datetime
    decided_at: datetime | None
    reason: str


class PermitTold(Schema):
    """A permit with its balance."""

    id: int
    permit: str = Field(description="its number, as declarations name it")
    agency: str
    requirement: str
    document: str = Field(description="its code, as declarations name it")
    holder: str
    commodities: list[str]
    unit: str
    quantity: str | None = Field(description="granted; none where it is not limited")
    left_quantity: str | None
    value: int | None
    left_value: int | None
    valid_from: date
    valid_to: date = Field(description="first day without it")
    state: PermitState
    conditions: str
    reason: str


class PermitCaseWhole(PermitCaseTold):
    """A case with its goods, what was asked and what was granted."""

    holder: str
    direction: str
    country: str
    procedure: str
    end_use: str
    remarks: str
    lines: list[ApplicationLineTold]
    information: list[CaseInformationTold]
    permits: list[PermitTold]


class PermitCasePage(Schema):
    """Some cases."""

    items: list[PermitCaseTold]
    next: str | None


class ApplicationTold(Schema):
    """An application; how each agency stands to it."""

    id: int
    reference: str
    holder: str
    direction: str
    country: str
    procedure: str
    end_use: str
    made_at: datetime
    cases: list[PermitCaseTold]


class ApplicationPage(Schema):
    """Some applications."""

    items: list[ApplicationTold]
    next: str | None


class ApplicationWhole(ApplicationTold):
    """An application with its goods, what agencies asked and what they granted."""

    remarks: str
    lines: list[ApplicationLineTold]
    information: list[CaseInformationTold]
    permits: list[PermitTold]


class PermitPage(Schema):
    """Some permits."""

    items: list[PermitTold]
    next: str | None


class PermitWriteOffTold(Schema):
    """A row of a permit's ledger."""

    mrn: str
    item: int
    kind: Literal["reserved", "returned", "final"]
    quantity: str
    value: int
    at: datetime


class PermitWhole(PermitTold):
    """A permit with its ledger."""

    write_offs: list[PermitWriteOffTold]


class NeedTold(Schema):
    """How a requirement stands for a goods item of a declaration."""

    id: int
    mrn: str
    item: int
    requirement: str
    agency: str
    document: str
    reference: str
    state: NeedState
    reason: str = Field(description="code of why a permit was not written off")
    remark: str = Field(description="what the agency says")


class NeedPage(Schema):
    """Some needs, the oldest first."""

    items: list[NeedTold]
    next: str | None


class AgencyTold(Schema):
    """An agency's word on a declaration."""

    agency: str
    word: Word


class JointStatusTold(Schema):
    """How the agencies together stand to a declaration."""

    mrn: str
    word: Word
    satisfied: bool
    lacking: list[str]
    agencies: list[AgencyTold]
    needs: list[NeedTold]


class FieldValueTold(Schema):
    """A value of a field: of a goods item, or of all (0)."""

    item: int
    text: str


class FieldTold(Schema):
    """A field of a declaration that an agency sees."""

    element: str
    name: str
    pointer: str = Field(description="WCO pointer")
    values: list[FieldValueTold]


class AgencyViewTold(Schema):
    """A declaration as an agency sees it."""

    mrn: str
    agency: str
    fields: list[FieldTold]
    needs: list[NeedTold]


class SharedDatumTold(Schema):
    """A datum that several forms ask."""

    element: str
    forms: int


class HarmonisationTold(Schema):
    """How many fields on how many forms reduce to how many data."""

    forms: int
    fields: int
    data: int
    fewer_per_cent: str = Field(examples=["62.2"])
    shared: list[SharedDatumTold]


def requirement(one: Requirement) -> dict[str, Any]:
    """Return a requirement as it is told."""
    told = {name: getattr(one, name) for name in RequirementTold.model_fields}
    for name in ("documents", "exemptions"):
        told[name] = [{"code": code, "name": called} for code, called in told[name]]
    return told


def case(row: Case) -> dict[str, Any]:
    """Return a case as it is told, its application loaded."""
    names = ("id", "agency", "state", "due_at", "opened_at", "decided_at", "reason")
    told = {name: getattr(row, name) for name in names}
    return told | {"application": row.application.reference}


def case_whole(row: Case) -> dict[str, Any]:
    """Return a case with all that hangs on it."""
    wish = ("holder", "direction", "country", "procedure", "end_use", "remarks")
    lines = queries.lines_of_case(row)
    return {
        **case(row),
        **{name: getattr(row.application, name) for name in wish},
        "lines": [_line(one) for one in lines],
        "information": [_information(one) for one in queries.information([row.pk])],
        "permits": [permit(one) for one in queries.permits_of([row.pk])],
    }


def application(row: Application) -> dict[str, Any]:
    """Return an application with its cases."""
    names = (
        "id", "reference", "holder", "direction", "country", "procedure", "end_use", "made_at",
    )  # fmt: skip
    told = {name: getattr(row, name) for name in names}
    return told | {"cases": [case(one) for one in queries.cases_of(row)]}


def application_whole(row: Application) -> dict[str, Any]:
    """Return an application with all that hangs on it."""
    cases = [one.pk for one in queries.cases_of(row)]
    return {
        **application(row),
        "remarks": row.remarks,
        "lines": [_line(one) for one in queries.lines(row)],
        "information": [_information(one) for one in queries.information(cases)],
        "permits": [permit(one) for one in queries.permits_of(cases)],
    }


def _line(row: Any) -> dict[str, Any]:
    told = {name: getattr(row, name) for name in ApplicationLineTold.model_fields}
    return told | {"quantity": written(row.quantity)}


def _information(row: Any) -> dict[str, Any]:
    return {name: getattr(row, name) for name in CaseInformationTold.model_fields}


def permit(row: Permit) -> dict[str, Any]:
    """Return a permit with its balance."""
    names = set(PermitTold.model_fields) - {"permit", "commodities", "quantity", "left_quantity"}
    told = {name: getattr(row, name) for name in names}
    return told | {
        "permit": row.number,
        "commodities": row.commodities.split(),
        "quantity": written(row.quantity),
        "left_quantity": written(row.left_quantity),
    }


def permit_whole(row: Permit) -> dict[str, Any]:
    """Return a permit with its ledger."""
    return permit(row) | {"write_offs": [_write_off(one) for one in queries.write_offs(row)]}


def _write_off(row: WriteOff) -> dict[str, Any]:
    told = {name: getattr(row, name) for name in PermitWriteOffTold.model_fields}
    return told | {"quantity": written(row.quantity)}


def need(row: Need, mrn: str) -> dict[str, Any]:
    """Return a need of a declaration."""
    names = set(NeedTold.model_fields) - {"mrn"}
    return {name: getattr(row, name) for name in names} | {"mrn": mrn}


def joint(row: Declaration, status: queries.JointStatus) -> dict[str, Any]:
    """Return the joint status of a declaration."""
    mrn = row.mrn or ""
    return {
        "mrn": mrn,
        "word": status.word,
        "satisfied": status.satisfied,
        "lacking": list(status.lacking),
        "agencies": [{"agency": agency, "word": word} for agency, word in status.agencies],
        "needs": [need(one, mrn) for one in queries.needs(row.pk)],
    }


def seen(one: Seen) -> dict[str, Any]:
    """Return a field as an agency sees it."""
    told = {name: getattr(one, name) for name in ("element", "name", "pointer")}
    return told | {"values": [{"item": item, "text": text} for item, text in one.values]}


def harmonised(found: Harmonised) -> dict[str, Any]:
    """Return the harmonisation report."""
    return {
        "forms": found.forms,
        "fields": found.fields,
        "data": found.data,
        "fewer_per_cent": f"{found.fewer // 10}.{found.fewer % 10}",
        "shared": [{"element": element, "forms": forms} for element, forms in found.shared],
    }


def written(quantity: int | None) -> str | None:
    """Return a quantity as text, none where there is no limit."""
    return None if quantity is None else kilograms(quantity)
