"""The room's operations: country packs, what they change, and the tariff."""

from __future__ import annotations

import datetime as dt
import tempfile
from pathlib import Path
from typing import Annotated, Any, Literal

from django.http import HttpRequest
from ninja import File, Query, Router, Schema, Status, UploadedFile
from ninja import Form as FormField
from ninja import Path as PathParameter
from pydantic import Field, StringConstraints

from clearway.accounts.forms import Cursor, Day, Form, Instant, Limit, Number, Reason, permitted
from clearway.audit import clock
from clearway.kernel.measures import OPEN_END
from clearway.reference import access, in_force, queries, service, uploads
from clearway.reference.models import PublishedPack
from clearway.vocabulary.dates import date_of, days_of
from clearway.vocabulary.errors import DataRefused
from clearway.vocabulary.pages import USUAL_PAGE, cursor_of, key_of, page_of

router = Router(tags=["reference"])

Standing = Literal["proposed", "approved", "in_force", "expired", "withdrawn"]


class PackTold(Schema):
    """A country pack that was proposed, with where it stands now."""

    id: int
    name: str
    version: str
    country: str
    hash: str = Field(description="SHA-256 of the content; every decision names it")
    standing: Standing
    valid_from: dt.datetime
    proposed_by: str
    proposed_at: dt.datetime
    approved_by: str
    approved_at: dt.datetime | None
    changes: str = Field(description="digest of the changes that the approver has seen")
    reason: str


class PackPage(Schema):
    """Some packs, those that rule latest first."""

    items: list[PackTold]
    next: str | None


class ChangeTold(Schema):
    """One thing that a pack changes."""

    kind: Literal["line", "measure", "code", "rate"]
    act: Literal["added", "ended", "changed"]
    key: str = Field(examples=["01012900 103 1011"])
    before: str
    after: str


class ChangePage(Schema):
    """What a pack changes against the one before it, on its first day."""

    day: dt.date
    before: str = Field(description="hash of the pack before it")
    after: str
    digest: str = Field(description="to be given back on approval")
    counts: dict[str, int] = Field(examples=[{"line ended": 1}])
    items: list[ChangeTold]
    next: str | None


class PackApproval(Form):
    """An approval by a second person."""

    changes_seen: Annotated[str, StringConstraints(pattern="^[0-9a-f]{64}$")] = Field(
        description="`digest` of the changes he has read"
    )


class PackWithdrawal(Form):
    """Why a pack is taken back."""

    reason: Reason


class MeasureTold(Schema):
    """A measure in force for the line."""

    type: str = Field(examples=["103"])
    name: str
    area: str = Field(description="area or country; the pack's code for all origins")
    additional_code: str
    quota: str
    rate: str = Field(description="as the law writes it", examples=["8.00% + 45.00 XPR / 100 kg"])
    legal_basis: str
    valid_from: dt.date | None
    valid_to: dt.date | None


class TariffLineTold(Schema):
    """A declarable tariff line on a day."""

    code: str
    description: str = Field(description="in the pack's first language")
    language: str
    unit: str = Field(description="unit of the tariff quantity, empty where there is none")
    day: dt.date
    valid_from: dt.date | None
    valid_to: dt.date | None = Field(description="first day without it")
    measures: list[MeasureTold]
    pack: str = Field(description="hash of the pack that says so")


def _pack(pack: PublishedPack) -> dict[str, Any]:
    return {
        "id": pack.pk,
        "name": pack.name,
        "version": pack.version,
        "country": pack.country,
        "hash": pack.hash,
        "standing": queries.standing_of(pack, clock.now()),
        "valid_from": pack.valid_from,
        "proposed_by": pack.proposed_by,
        "proposed_at": pack.proposed_at,
        "approved_by": pack.approved_by,
        "approved_at": pack.approved_at,
        "changes": pack.changes,
        "reason": pack.reason,
    }


def _date(day: int | None) -> dt.date | None:
    """Return a day as a date; the beginning and the end of time are none."""
    return date_of(day) if day and day < OPEN_END else None


@router.get("/packs", response=PackPage, operation_id="listPacks", summary="Country packs")
def list_packs(request: HttpRequest, cursor: Cursor = "", limit: Limit = USUAL_PAGE) -> Any:
    """Return the packs that rule, have ruled or will; stewards see proposals too."""
    actor = permitted(request, "listPacks", access.OPERATIONS)
    rows = queries.visible_packs(proposals=access.sees_proposals(actor))
    page = page_of(rows, "-id", cursor, limit)
    return {"items": [_pack(pack) for pack in page.items], "next": page.next}


@router.post(
    "/packs", response={201: PackTold}, operation_id="proposePack", summary="Propose a pack"
)
def propose_pack(
    request: HttpRequest,
    archive: Annotated[UploadedFile, File(description="ZIP of the pack's folder")],
    valid_from: Annotated[Instant, FormField(description="from when it is to rule")],
) -> Any:
    """Check, prove and compile a pack; it rules when a second person has approved it."""
    actor = permitted(request, "proposePack", access.OPERATIONS)
    with tempfile.TemporaryDirectory(prefix="clearway-pack-") as folder:
        source = uploads.unpack(archive.file, Path(folder))
        made = service.propose(actor, source, valid_from)
    return Status(201, _pack(made))


@router.get("/packs/{number}", response=PackTold, operation_id="getPack", summary="A pack")
def get_pack(request: HttpRequest, number: Number) -> Any:
    """Return one pack."""
    actor = permitted(request, "getPack", access.OPERATIONS)
    return _pack(access.pack_for(actor, number))


@router.get(
    "/packs/{number}/changes",
    response=ChangePage,
    operation_id="listPackChanges",
    summary="What a pack changes",
)
def list_pack_changes(
    request: HttpRequest, number: Number, cursor: Cursor = "", limit: Limit = USUAL_PAGE
) -> Any:
    """Return every line, measure, code and rate that is added, ended or changed."""
    actor = permitted(request, "listPackChanges", access.OPERATIONS)
    report = queries.changes_of(access.pack_for(actor, number))
    start = key_of(cursor) if cursor else 0
    if not isinstance(start, int) or not 0 <= start <= len(report.changes):
        raise DataRefused(
            "The cursor is none of this list.", faults=(("/query/cursor", "not a cursor of it"),)
        )
    after = start + limit
    return {
        "day": date_of(report.day),
        "before": report.before,
        "after": report.after,
        "digest": report.digest,
        "counts": report.counts,
        "items": report.changes[start:after],
        "next": cursor_of(after) if after < len(report.changes) else None,
    }


@router.post(
    "/packs/{number}/approval",
    response=PackTold,
    operation_id="approvePack",
    summary="Approve a pack",
)
def approve_pack(request: HttpRequest, number: Number, told: PackApproval) -> Any:
    """Let a pack rule from its instant; never one's own proposal."""
    actor = permitted(request, "approvePack", access.OPERATIONS)
    access.pack_for(actor, number)
    return _pack(service.approve(actor, number, told.changes_seen))


@router.post(
    "/packs/{number}/withdrawal",
    response=PackTold,
    operation_id="withdrawPack",
    summary="Take a pack back",
)
def withdraw_pack(request: HttpRequest, number: Number, told: PackWithdrawal) -> Any:
    """Take back a proposal, or an approved pack that does not rule yet."""
    actor = permitted(request, "withdrawPack", access.OPERATIONS)
    access.pack_for(actor, number)
    return _pack(service.withdraw(actor, number, told.reason))


@router.get(
    "/tariff/{code}",
    response=TariffLineTold,
    operation_id="lookUpTariffLine",
    summary="A tariff line as of a day",
)
def look_up_tariff_line(
    request: HttpRequest,
    code: Annotated[str, PathParameter(max_length=18, examples=["01012900"])],
    date: Annotated[
        Day | None, Query(description="today in the pack's country if left out")
    ] = None,
) -> Any:
    """Return a declarable line with every measure in force on the day."""
    permitted(request, "lookUpTariffLine", access.OPERATIONS)
    now = clock.now()
    reference = in_force.reference_at(now)
    day = queries.day_at(now, reference) if date is None else days_of(date)
    line = queries.tariff_line(reference, code, day)
    measures = [
        {**row, "valid_from": _date(row["valid_from"]), "valid_to": _date(row["valid_to"])}
        for row in line.measures
    ]
    return {
        "code": line.code,
        "description": line.description,
        "language": reference.languages[0] if reference.languages else "en",
        "unit": line.unit,
        "day": date_of(line.day),
        "valid_from": _date(line.valid_from),
        "valid_to": _date(line.valid_to),
        "measures": measures,
        "pack": reference.hash,
    }
