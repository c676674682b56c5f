"""What was released and what passed, compared: two lists that are empty where all is well.

Each row says what explains it, so that somebody can be asked.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery

from clearway.accounts.permission import CUSTOMS
from clearway.audit.actor import Actor, Role
from clearway.declarations.access import visible
from clearway.declarations.models import Declaration
from clearway.declarations.queries import all_declarations
from clearway.gate import access, queries
from clearway.gate.law import law_at
from clearway.gate.models import Passage, Token, TokenDeclaration

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

    A terminal sees those for which a token was asked at one of its gates. Each row has its newest
    token's data (``free_…``) and the verdict of the last attempt with it (``last_verdict``).
    """
    if actor.has(*CUSTOMS, Role.AUDITOR):
        rows = visible(actor)
    else:
        here = queries.tokens(Q(terminal=actor.organisation)).values("declarations__declaration")
        rows = all_declarations().filter(pk__in=here)
    newest = Token.objects.filter(declarations__declaration=OuterRef("pk")).order_by("-id")
    last = Passage.objects.filter(token__declarations__declaration=OuterRef("pk")).order_by("-id")
    told = {
        f"free_{name}": Subquery(newest.values(name)[:1])
        for name in ("serial", "number", "state", "expires_at")
    }
    rows = rows.filter(goods_state__in=WAITING, direction="IM").order_by("id")
    return rows.annotate(**told, last_verdict=Subquery(last.values("verdict")[:1]))


def explain(row: Any, at: datetime) -> dict[str, Any]:
    """Return a row of the first list with what explains it at an instant."""
    return {
        "mrn": row.mrn or "",
        "unit": row.free_number or row.transport_document,
        "serial": row.free_serial or "",
        "since": row.released_at or row.received_at,
        "why": _why(row, at),
    }


def _why(row: Any, at: datetime) -> str:
    if row.free_serial is None:
        late = row.released_at is not None and at - row.released_at > law_at(at).overdue
        return "overdue" if late else "no_token"
    if row.free_state == "used":
        return "in_part"
    if row.last_verdict == "refused":
        return "refused_at_gate"
    if row.free_state == "recalled":
        return "token_recalled"
    over = row.free_state == "expired" or row.free_expires_at <= at
    return "token_expired" if over else "token_waits"


def gated(actor: Actor) -> QuerySet[Passage]:
    """Return the passages that happened although no release stood, or stands no more.

    Each row has the MRN of a declaration (``mrn``) and whether one is invalidated (``is_over``).
    """
    inside = TokenDeclaration.objects.filter(token=OuterRef("token"))
    invalidated = inside.filter(declaration__state="invalidated")
    here = inside.filter(declaration__goods_state__in=("held", "arrived", "recalled"))
    whole = Q(direction="out", token__packages=None)
    rows = queries.passages(access.passages_of(actor) & Q(verdict="accepted")).annotate(
        mrn=Subquery(inside.order_by("id").values("declaration__mrn")[:1]),
        is_over=Exists(invalidated),
        is_here=Exists(here),
    )
    return rows.filter(Q(alarm=True) | Q(is_over=True) | (whole & Q(is_here=True))).order_by("id")


def explain_passage(row: Any) -> dict[str, Any]:
    """Return a row of the second list with what explains it."""
    return {
        "mrn": row.mrn or "",
        "unit": row.unit,
        "serial": row.token.serial if row.token else "",
        "since": row.at,
        "why": row.reason if row.alarm else "invalidated" if row.is_over else "still_here",
    }
