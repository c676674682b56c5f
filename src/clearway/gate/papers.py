"""The gate's papers: delivery orders (提货单) beside tokens, interchange receipts (设备交接单).

The delivery order and the gate's leave share one token: the paper says what the token is bound to,
and is void once that is used or recalled. A receipt's paper shows every statement that was made.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, Final

from clearway.accounts.models import Organisation
from clearway.accounts.queries import organisations
from clearway.audit.actor import Actor
from clearway.documents import service as documents
from clearway.documents.models import IssuedDocument
from clearway.events.service import Act
from clearway.gate import events, queries
from clearway.gate.models import Receipt, Statement, Token
from clearway.reference.in_force import reference_at

ORDER: Final = "delivery_order"
RECEIPT: Final = "interchange_receipt"


def delivery_order(actor: Actor, token: Token) -> IssuedDocument:
    """Issue the delivery order of a live token, or return the one that holds.

    Raises:
        DataRefused: a datum of it is missing; the faults name it.
    """
    parties = _parties(token.terminal, token.organisation)
    data = {
        **_head(token.issued_at, parties[token.terminal]["name"]),
        "order": token.serial,
        "unit_kind": token.kind,
        "unit": token.number,
        "plate": token.plate,
        "transport_document": token.number if token.kind == "packages" else "",
        "declarations": tuple(queries.mrns(token)),
        "terminal": parties[token.terminal],
        "holder": parties[token.organisation],
        "valid_from": _moment(token.issued_at),
        "valid_to": _moment(token.expires_at),
        "packages": token.packages,
    }
    return documents.issued(
        actor,
        kind=ORDER,
        subject=events.subject(token.serial),
        data=data,
        language=actor.language,
        concerns=(token.organisation, *queries.concerned(token)),
    )


def void_order(doing: Act, token: Token, reason: str) -> None:
    """Make the delivery order of a token void within the act that ends it."""
    documents.void(doing, events.subject(token.serial), (ORDER,), reason)


def issue_receipt(doing: Act, receipt: Receipt) -> IssuedDocument:
    """Issue the paper of a receipt as it stands, within the act; a former one is void."""
    parties = _parties(receipt.terminal, receipt.other)
    statements = list(receipt.statements.order_by("side"))
    data = {
        **_head(receipt.at, parties[receipt.terminal]["name"]),
        "receipt": receipt.number,
        "movement": receipt.movement,
        "unit_kind": receipt.kind,
        "unit": receipt.unit,
        "size_type": receipt.size_type,
        "plate": receipt.plate,
        "gate": receipt.gate.code,
        "terminal": parties[receipt.terminal],
        "other": parties[receipt.other],
        "at": _moment(receipt.at),
        "gross_mass": receipt.gross_mass,
        "tare_mass": receipt.tare_mass,
        "full": receipt.full,
        "seals": tuple(dict.fromkeys(seal for one in statements for seal in one.seals)),
        "conditions": tuple(
            condition
            for one in statements
            for condition in _conditions(one, parties[one.organisation]["name"])
        ),
        "token": receipt.token.serial if receipt.token else "",
    }
    return documents.issue(
        doing,
        kind=RECEIPT,
        subject=events.receipt_subject(receipt.number),
        data=data,
        language=doing.actor.language,
        concerns=(receipt.terminal, receipt.other),
    )


def _conditions(statement: Statement, by: str) -> list[dict[str, str]]:
    told = [
        {"by": by, "code": one["code"], "text": one.get("place", "")}
        for one in statement.conditions
    ]
    if told and statement.remarks:
        told[0]["text"] = f"{told[0]['text']} {statement.remarks}".strip()
    return told


def _head(at: datetime, issuer: str) -> dict[str, Any]:
    law = reference_at(at)
    day = (at.date() - datetime(1970, 1, 1, tzinfo=UTC).date()).days
    found = law.code_lists["country"].lookup(law.country, day)
    return {
        "country": found.name if found and found.name else law.country,
        "authority": issuer,
        "time_zone": law.time_zone,
    }


def _parties(*numbers: int) -> dict[int, dict[str, str]]:
    rows: dict[int, Organisation] = {row.pk: row for row in organisations().filter(pk__in=numbers)}
    return {
        number: {
            "identifier": rows[number].identifier or str(number),
            "name": rows[number].name,
        }
        for number in numbers
    }


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
