"""What was released and what passed, compared: two lists that are empty where all is well.

Each row says what explains it, so that somebody can be asked.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from django.db.models import Q, QuerySet

from clearway.accounts.permission import CUSTOMS
from clearway.audit.actor import Actor, Role
from clearway.declarations.access import visible
from clearway.declarations.models import Declaration
from clearway.declarations.queries import all_declarations
from clearway.gate import access, queries
from clearway.gate.law import law_at
from clearway.gate.models import Passage, Token

WAITING: Final = ("released", "gated_in")
"""Goods that are free and have not left."""
REASONS: Final = (
    "no_token", "token_waits", "token_expired", "token_recalled", "refused_at_gate", "in_part",
    "replayed", "recalled", "expired", "forged", "unknown", "other_unit", "other_plate",
    "other_gate", "other_direction", "other_quantity", "still_here", "invalidated", "overdue",
)  # fmt: skip
"""What may explain a row."""


def released(actor: Actor) -> QuerySet[Declaration]:
    """Return the declarations whose goods are released and have not left the gate.

    A terminal sees those for which a token was asked at one of its gates, or a unit was shown.
    """
    if actor.has(*CUSTOMS, Role.AUDITOR):
        rows = visible(actor)
    else:
        here = queries.tokens(Q(terminal=actor.organisation)).values("declarations__declaration")
        rows = all_declarations().filter(pk__in=here)
    return rows.filter(goods_state__in=WAITING, direction="IM").order_by("id")


def explain(row: Declaration, at: datetime) -> dict[str, Any]:
    """Return a row of the first list with what explains it at an instant."""
    tokens = queries.tokens(Q(declarations__declaration=row)).order_by("-id")
    token = tokens.first()
    since = row.released_at or row.received_at
    return {
        "mrn": row.mrn or "",
        "unit": token.number if token else row.transport_document,
        "serial": token.serial if token else "",
        "since": since,
        "why": _why(row, token, at),
    }


def _why(row: Declaration, token: Token | None, at: datetime) -> str:
    if token is None:
        late = row.released_at is not None and at - row.released_at > law_at(at).overdue
        return "overdue" if late else "no_token"
    last = queries.passages(Q(token=token)).order_by("-id").first()
    if token.state == "used":
        return "in_part"
    if last is not None and last.verdict == "refused":
        return "refused_at_gate"
    if token.state == "recalled":
        return "token_recalled"
    over = token.state == "expired" or token.expires_at <= at
    return "token_expired" if over else "token_waits"


def gated(actor: Actor) -> QuerySet[Passage]:
    """Return the passages that happened although no release stood, or stands no more."""
    alone = Q(verdict="accepted", alarm=True)
    gone = Q(verdict="accepted", direction="out", token__packages=None)
    gone &= Q(token__declarations__declaration__goods_state__in=("held", "arrived", "recalled"))
    gone |= Q(verdict="accepted", token__declarations__declaration__state__in=("invalidated",))
    rows = queries.passages(access.passages_of(actor) & (alone | gone))
    return rows.distinct().order_by("id")


def explain_passage(row: Passage) -> dict[str, Any]:
    """Return a row of the second list with what explains it."""
    declarations = [] if row.token is None else queries.mrns(row.token)
    return {
        "mrn": declarations[0] if declarations else "",
        "unit": row.unit,
        "serial": row.token.serial if row.token else "",
        "since": row.at,
        "why": row.reason if row.alarm else _stands(row),
    }


def _stands(row: Passage) -> str:
    states = (
        set()
        if row.token is None
        else set(row.token.declarations.values_list("declaration__state", flat=True))
    )
    return "invalidated" if "invalidated" in states else "still_here"
