"""What the room's operations answer, made of its rows."""

from __future__ import annotations

from typing import Any

import msgspec
from ninja import Schema

from clearway.declarations.models import Declaration
from clearway.inspection import queries
from clearway.inspection.drawing import Proof
from clearway.inspection.forms import (
    InspectionFinding,
    InspectionPhoto,
    InspectionSeal,
    InterestTold,
    OrderOfInspection,
    TaxAtStake,
)
from clearway.inspection.models import Interest, Labelled, Opening, Report
from clearway.inspection.rules import questions
from clearway.inspection.service import parts_of


def brief(row: Opening, declaration: Declaration) -> dict[str, Any]:
    """Return an inspection as the declaration's parties are told of it."""
    over = row.state == "closed"
    return {
        "id": row.pk,
        "mrn": declaration.mrn,
        "unit": row.unit,
        "state": row.state,
        "asked_by": [order.asked_by for order in queries.orders(row.pk)],
        "ordered_at": row.ordered_at,
        "due_at": row.due_at,
        "started_at": row.started_at,
        "ended_at": row.ended_at if over else None,
        "outcome": row.outcome if over else "",
        "amount_at_stake": row.at_stake if over else None,
        "currency": row.currency,
    }


def inspection(row: Opening, declaration: Declaration) -> dict[str, Any]:
    """Return an inspection as officials are told of it."""
    return {
        **brief(row, declaration),
        "outcome": row.outcome,
        "ended_at": row.ended_at,
        "amount_at_stake": row.at_stake,
        "office": row.office,
        "containers": row.containers.split(),
        "team": [member.person for member in queries.members(row.pk)],
    }


def whole(row: Opening, declaration: Declaration) -> dict[str, Any]:
    """Return an inspection with everything that was noted."""
    answers = queries.checklist(row.pk)
    return {
        **inspection(row, declaration),
        "orders": [
            {**_of(OrderOfInspection, order), "look_at": order.look_at.split()}
            for order in queries.orders(row.pk)
        ],
        "checklist": [
            {"code": code, "answer": answers[code].answer, "note": answers[code].note}
            if code in answers
            else {"code": code, "answer": "", "note": ""}
            for code in questions(parts_of(row))
        ],
        "findings": [_of(InspectionFinding, one) for one in queries.findings(row.pk)],
        "photos": [_of(InspectionPhoto, one) for one in queries.photos(row.pk)],
        "samples": [sample(one) for one in queries.samples(row.pk)],
        "seals": [_of(InspectionSeal, one) for one in queries.seals(row.pk)],
        "taxes": [_of(TaxAtStake, one) for one in queries.stakes(row.pk)],
        "reason": row.reason,
    }


def sample(row: Any) -> dict[str, Any]:
    """Return a sample with its result, where it has one."""
    result = getattr(row, "result", None)
    found = {name: getattr(result, name, "") for name in ("conclusion", "report", "text")}
    names = ("number", "item", "what", "seal", "laboratory", "at")
    return {"id": row.pk, **{name: getattr(row, name) for name in names}, **found}


def finding(row: Any) -> dict[str, Any]:
    """Return a finding as it is told."""
    return _of(InspectionFinding, row)


def photo(row: Any) -> dict[str, Any]:
    """Return a picture as it is told."""
    return _of(InspectionPhoto, row)


def seal(row: Any) -> dict[str, Any]:
    """Return what was done to a seal."""
    return _of(InspectionSeal, row)


def draw(proof: Proof) -> dict[str, Any]:
    """Return a draw with what went in, worked out again."""
    row = proof.draw
    told = {
        name: getattr(row, name)
        for name in ("asked_by", "round", "at", "by", "reason", "day", "key", "size",
                     "secret_digest", "reference_hash")
    }  # fmt: skip
    return {
        **told,
        "pool": list(proof.pool),
        "left_out": proof.left_out,
        "drawn": row.drawn.split(),
        "holds": proof.holds,
    }


def report(row: Report) -> dict[str, Any]:
    """Return a report with its content."""
    content = msgspec.json.decode(bytes(row.content))
    return {"number": row.number, "sha256": row.sha256, "at": row.at, "content": content}


def interest(row: Interest) -> dict[str, Any]:
    """Return a declared interest."""
    return _of(InterestTold, row)


def label(row: Labelled) -> dict[str, Any]:
    """Return a labelled row, its declaration loaded."""
    names = ("item", "commodity", "origin", "importer", "office", "lane", "channel", "score",
             "outcome", "at_stake", "at")  # fmt: skip
    return {
        "id": row.pk,
        "mrn": row.declaration.mrn,
        **{name: getattr(row, name) for name in names},
        "features": msgspec.json.decode(bytes(row.features)),
        "codes": row.codes.split(),
    }


def _of(schema: type[Schema], row: Any) -> dict[str, Any]:
    return {name: getattr(row, name) for name in schema.model_fields}
