"""The room's operations: checkpoints, proofs, countersignatures."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Query, Router, Schema
from pydantic import Field, StringConstraints

from clearway.audit import access, checkpoints, merkle, notes, queries
from clearway.audit import service as audit
from clearway.audit.forms import LARGEST_ID, Form, Number, permitted
from clearway.audit.models import Checkpoint
from clearway.vocabulary.errors import DataRefused, InputUnusable, NotThere

router = Router(tags=["audit"])

Size = Annotated[int, Query(ge=0, le=LARGEST_ID, description="leaves")]
Note = Annotated[
    str, StringConstraints(min_length=1, max_length=10000), Field(description="a signed note")
]


class CheckpointTold(Schema):
    """The tree's root at a size, as a signed note (C2SP tlog-checkpoint)."""

    note: str = Field(description="text, the platform's signature, and its witnesses'")
    size: int = Field(description="leaves")
    root: str = Field(description="base64")
    at: datetime
    key: str = Field(description="verifier key of the platform's signature")


class ConsistencyTold(Schema):
    """The proof that one tree continues another (RFC 6962, 2.1.2)."""

    old: int
    new: int
    proof: list[str] = Field(description="hashes in base64")


class ProofTold(Schema):
    """The proof that a leaf stands in the tree of a checkpoint (RFC 6962, 2.1.1)."""

    leaf: int
    kind: str
    subject: str
    at: datetime
    position: int
    commitment: str = Field(description="hash of the leaf, base64")
    salt: str = Field(description="with it, who holds the rows can recompute the hash; base64")
    proof: list[str] = Field(description="hashes in base64, from the leaf upward")
    checkpoint: CheckpointTold


class Witnessed(Form):
    """A checkpoint with a witness's signature (C2SP cosignature/v1)."""

    note: Note
    key: Annotated[str, StringConstraints(min_length=1, max_length=300)] = Field(
        description="the witness's verifier key"
    )


def _checkpoint(row: Checkpoint) -> dict[str, Any]:
    return {
        "note": row.note + row.witnessed,
        "size": row.size,
        "root": _text(bytes(row.root)),
        "at": row.at,
        "key": str(checkpoints.signer().verifier),
    }


def _text(told: bytes) -> str:
    return base64.b64encode(told).decode()


def _texts(told: Sequence[bytes]) -> list[str]:
    return [_text(each) for each in told]


@router.get(
    "/audit/checkpoint",
    response=CheckpointTold,
    operation_id="getCheckpoint",
    summary="The newest checkpoint",
)
def get_checkpoint(
    request: HttpRequest,
    size: Annotated[int | None, Query(ge=0, le=LARGEST_ID, description="of that size")] = None,
) -> Any:
    """Return the newest checkpoint of the audit log, or that of a size."""
    permitted(request, "getCheckpoint", access.OPERATIONS)
    found = queries.newest_checkpoint() if size is None else queries.checkpoint_of(size)
    if found is None and size is None:
        found = checkpoints.sign()
    if found is None:
        raise NotThere("There is no such checkpoint.")
    return _checkpoint(found)


@router.get(
    "/audit/consistency",
    response=ConsistencyTold,
    operation_id="getConsistency",
    summary="That the log only grew",
)
def get_consistency(
    request: HttpRequest,
    old: Annotated[Size, Query(alias="from")],
    new: Annotated[Size, Query(alias="to")],
) -> Any:
    """Return the proof that the tree of one checkpoint continues that of another."""
    permitted(request, "getConsistency", access.OPERATIONS)
    if old > new:
        raise DataRefused(
            "A log does not shrink.", faults=(("/query/from", "is greater than `to`"),)
        )
    if queries.checkpoint_of(old) is None and old:
        raise NotThere("There is no such checkpoint.", where=f"checkpoint:{old}")
    if queries.checkpoint_of(new) is None:
        raise NotThere("There is no such checkpoint.", where=f"checkpoint:{new}")
    proof = merkle.consistency_proof(old, new, queries.nodes())
    return {"old": old, "new": new, "proof": _texts(proof)}


@router.get(
    "/audit/leaves/{number}/proof",
    response=ProofTold,
    operation_id="getProof",
    summary="That a leaf is in the log",
)
def get_proof(request: HttpRequest, number: Number) -> Any:
    """Return a leaf's proof against the newest checkpoint; a leaf just written has none yet."""
    actor = permitted(request, "getProof", access.OPERATIONS)
    found = queries.leaf_at(number)
    signed = queries.newest_checkpoint()
    if found is None or signed is None or signed.size <= found[1]:
        raise NotThere("There is no such leaf under a checkpoint.", where=f"leaf:{number}")
    leaf, position = found
    audit.note("read", actor, f"leaf:{number}")
    return {
        "leaf": leaf.pk,
        "kind": leaf.kind,
        "subject": leaf.subject,
        "at": leaf.at,
        "position": position,
        "commitment": _text(bytes(leaf.commitment)),
        "salt": _text(bytes(leaf.salt)),
        "proof": _texts(merkle.inclusion_proof(position, signed.size, queries.nodes())),
        "checkpoint": _checkpoint(signed),
    }


@router.post(
    "/audit/checkpoint/witness",
    response=CheckpointTold,
    operation_id="witnessCheckpoint",
    summary="Countersign",
)
def witness_checkpoint(request: HttpRequest, wanted: Witnessed) -> Any:
    """Keep a witness's signature beside the checkpoint that it signed."""
    actor = permitted(request, "witnessCheckpoint", access.OPERATIONS)
    try:
        key = notes.parse_verifier(wanted.key)
        row = checkpoints.add_witness(wanted.note, key)
    except InputUnusable as error:
        raise DataRefused("The note cannot be kept.", faults=(("/body", error.what),)) from None
    audit.note("witness", actor, f"checkpoint:{row.size}", str(key))
    return _checkpoint(row)
