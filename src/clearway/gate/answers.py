"""What the room's operations tell."""

from __future__ import annotations

import base64
from datetime import datetime
from typing import Any, Literal

from ninja import Schema
from pydantic import Field

from clearway.accounts.queries import name_of
from clearway.gate import queries
from clearway.gate.law import law_at
from clearway.gate.models import Gate, Passage, Revocation, Token

Direction = Literal["out", "in"]
Kind = Literal["container", "vehicle", "uld", "packages"]
Reason = Literal[
    "", "unknown", "forged", "other_gate", "other_direction", "replayed", "recalled", "expired",
    "other_unit", "other_plate", "other_quantity", "held", "stale_list", "not_cached",
]  # fmt: skip


class GateTold(Schema):
    """A gate of a terminal."""

    id: int
    code: str = Field(examples=["G1"])
    called: str
    terminal: str = Field(description="name of the terminal")
    opened_at: datetime


class GatePage(Schema):
    """Some gates."""

    items: list[GateTold]
    next: str | None


class GateTokenTold(Schema):
    """A token as it stands. `code` is what is printed as a QR code and scanned at the gate."""

    serial: str = Field(examples=["7K3M9QX2AB"])
    code: str
    direction: Direction
    kind: Kind
    number: str
    packages: int | None
    plate: str
    terminal: str = Field(description="name of the terminal")
    gate: str = Field(description="empty: any gate of the terminal")
    state: Literal["live", "used", "recalled", "expired"]
    mrns: list[str]
    issued_at: datetime
    expires_at: datetime
    used_at: datetime | None


class GateTokenPage(Schema):
    """Some tokens, the last given first."""

    items: list[GateTokenTold]
    next: str | None


class GatePassageTold(Schema):
    """An attempt to pass a gate. Where it is refused the barrier stays; `reason` says why."""

    id: int
    gate: str
    direction: Direction
    serial: str = Field(description="empty where no token is known by what was shown")
    unit: str
    plate: str
    packages: int | None
    verdict: Literal["accepted", "refused"]
    reason: Reason
    alarm: bool
    seen_at: datetime | None
    offline: bool
    device: str
    sequence: int | None
    at: datetime


class GatePassagePage(Schema):
    """Some attempts, the last first."""

    items: list[GatePassageTold]
    next: str | None


class RevocationTold(Schema):
    """A token that was recalled."""

    number: int
    serial: str
    unit: str
    reason: str
    at: datetime


class RevocationList(Schema):
    """What was recalled after the number that was asked for, in order; nothing before is missed."""

    number: int = Field(description="ask for what comes `since` this number next")
    at: datetime
    items: list[RevocationTold]


class CachedToken(Schema):
    """A token that a gate may let pass while it is cut off."""

    serial: str
    direction: Direction
    kind: Kind
    key: str = Field(description="number of the unit as it is compared: capitals and digits")
    packages: int | None
    plate: str
    expires_at: datetime


class GatePackTold(Schema):
    """What a gate needs to go on alone: tokens bound to it, keys, and the list of revocations.

    It accepts only tokens that stand here, and only while the list is younger than
    `revocations_minutes`.
    """

    gate: int
    code: str
    terminal: int
    at: datetime
    revocation: int
    revocations_minutes: int
    keys: dict[str, str] = Field(description="Ed25519 public keys by their id, base64")
    tokens: list[CachedToken]
    revoked: list[str]


class ReconciledTold(Schema):
    """What became of attempts that a device told afterwards."""

    items: list[GatePassageTold]


class GateRowTold(Schema):
    """A row of a reconciliation list, with what explains it."""

    mrn: str
    unit: str
    serial: str
    since: datetime
    why: str = Field(examples=["no_token"])


class GateRowPage(Schema):
    """Some rows, the oldest first."""

    items: list[GateRowTold]
    next: str | None


def gate_told(row: Gate) -> dict[str, Any]:
    """Return a gate as it is told."""
    return {
        "id": row.pk,
        "code": row.code,
        "called": row.called,
        "terminal": name_of(row.organisation),
        "opened_at": row.opened_at,
    }


def token_told(row: Token, at: datetime) -> dict[str, Any]:
    """Return a token as it is told at an instant."""
    names = ("serial", "code", "direction", "kind", "number", "packages", "plate", "gate")
    over = row.state == "live" and row.expires_at <= at
    return {
        **{name: getattr(row, name) for name in names},
        "terminal": name_of(row.terminal),
        "state": "expired" if over else row.state,
        "mrns": queries.mrns(row),
        "issued_at": row.issued_at,
        "expires_at": row.expires_at,
        "used_at": row.used_at,
    }


def passage_told(row: Passage) -> dict[str, Any]:
    """Return an attempt as it is told, its gate and token loaded."""
    names = (
        "direction", "unit", "plate", "packages", "verdict", "reason", "alarm", "seen_at",
        "offline", "device", "sequence", "at",
    )  # fmt: skip
    return {
        **{name: getattr(row, name) for name in names},
        "id": row.pk,
        "gate": row.gate.code,
        "serial": row.token.serial if row.token else "",
    }


def revocation_told(row: Revocation) -> dict[str, Any]:
    """Return a revocation as it is told, its token loaded."""
    told = {"number": row.number, "reason": row.reason, "at": row.at}
    return told | {"serial": row.token.serial, "unit": row.token.number}


def pack_told(gate: Gate, at: datetime) -> dict[str, Any]:
    """Return what a gate needs to go on alone."""
    # The list's number first: what is recalled while the rest is read is then not missed later.
    number = queries.newest_revocation()
    names = ("serial", "direction", "kind", "key", "packages", "plate", "expires_at")
    return {
        "gate": gate.pk,
        "code": gate.code,
        "terminal": gate.organisation,
        "at": at,
        "revocation": number,
        "revocations_minutes": law_at(at).revocations_minutes,
        "keys": {
            digits: base64.b64encode(public).decode()
            for digits, public in queries.public_keys().items()
        },
        "tokens": [
            {name: getattr(row, name) for name in names} for row in queries.cached_at(gate, at)
        ],
        "revoked": [row.token.serial for row in queries.revocations(0, at)],
    }
