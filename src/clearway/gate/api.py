"""The room's operations at a gate: gates, passages, what a cut-off gate needs, alarms.

Tokens come by ``api_tokens``.
"""

from __future__ import annotations

from typing import Annotated, Any

from django.db.models import Q
from django.http import HttpRequest
from ninja import Query, Router, Status

from clearway.accounts.forms import LARGEST_ID, Cursor, Limit, Number, permitted
from clearway.audit import clock
from clearway.gate import access, answers, forms, opening, passing, queries, reconciling
from clearway.gate.access import OPERATIONS
from clearway.vocabulary.pages import USUAL_PAGE, page_of

router = Router(tags=["gate"])


@router.post(
    "/gates", response={201: answers.GateTold}, operation_id="openGate", summary="Open a gate"
)
def open_gate(request: HttpRequest, wanted: forms.GateWanted) -> Any:
    """Open a gate of your terminal. The same again changes nothing."""
    actor = permitted(request, "openGate", OPERATIONS)
    return Status(201, answers.gate_told(opening.open_gate(actor, wanted.code, wanted.called)))


@router.get("/gates", response=answers.GatePage, operation_id="listGates", summary="Gates")
def list_gates(request: HttpRequest, cursor: Cursor = "", limit: Limit = USUAL_PAGE) -> Any:
    """Return gates: a terminal's own; officers and auditors see all."""
    actor = permitted(request, "listGates", OPERATIONS)
    page = page_of(queries.gates(access.gates_of(actor)), "id", cursor, limit)
    return {"items": [answers.gate_told(row) for row in page.items], "next": page.next}


@router.post(
    "/gates/{number}/passages",
    response={201: answers.GatePassageTold},
    operation_id="presentToken",
    summary="Show a token at a gate",
)
def present_token(request: HttpRequest, number: Number, shown: forms.ShownAtGate) -> Any:
    """Let a token be shown: `verdict` says whether the barrier opens. Every attempt is kept."""
    actor = permitted(request, "presentToken", OPERATIONS)
    gate = access.gate_for(actor, number, to="work")
    return Status(201, answers.passage_told(passing.present(actor, gate, shown.shown())))


@router.get(
    "/gates/{number}/passages",
    response=answers.GatePassagePage,
    operation_id="listPassages",
    summary="What passed a gate, and what did not",
)
def list_passages(
    request: HttpRequest, number: Number, cursor: Cursor = "", limit: Limit = USUAL_PAGE
) -> Any:
    """Return the attempts at one gate, the last first."""
    actor = permitted(request, "listPassages", OPERATIONS)
    gate = access.gate_for(actor, number)
    page = page_of(queries.passages(Q(gate=gate)), "-id", cursor, limit)
    access.note_passages(actor, gate, page.items)
    return {"items": [answers.passage_told(row) for row in page.items], "next": page.next}


@router.get(
    "/gates/{number}/pack",
    response=answers.GatePackTold,
    operation_id="getGatePack",
    summary="What a gate needs to go on when it is cut off",
)
def get_gate_pack(request: HttpRequest, number: Number) -> Any:
    """Return the tokens bound to a gate, the keys that prove them, and what was recalled."""
    actor = permitted(request, "getGatePack", OPERATIONS)
    return answers.pack_told(access.gate_for(actor, number, to="work"), clock.now())


@router.post(
    "/gates/{number}/kept-passages",
    response=answers.ReconciledTold,
    operation_id="reconcilePassages",
    summary="Tell what a gate decided while it was cut off",
)
def reconcile_passages(request: HttpRequest, number: Number, told: forms.KeptPassages) -> Any:
    """Keep what a device decided alone; the same is kept once, however often it is sent."""
    actor = permitted(request, "reconcilePassages", OPERATIONS)
    gate = access.gate_for(actor, number, to="work")
    rows = reconciling.reconcile(actor, gate, told.device, [one.kept() for one in told.passages])
    return {"items": [answers.passage_told(row) for row in rows]}


@router.get(
    "/gate-revocations",
    response=answers.RevocationList,
    operation_id="listRevocations",
    summary="Tokens that were recalled",
)
def list_revocations(
    request: HttpRequest, since: Annotated[int, Query(ge=0, le=LARGEST_ID)] = 0
) -> Any:
    """Return what was recalled after a number and is not over anyway; nothing is missed."""
    permitted(request, "listRevocations", OPERATIONS)
    number, at = queries.newest_revocation(), clock.now()
    rows = [row for row in queries.revocations(since, at) if row.number <= number]
    return {
        "number": max(number, since),
        "at": at,
        "items": [answers.revocation_told(row) for row in rows],
    }


@router.get(
    "/gate-alarms",
    response=answers.GatePassagePage,
    operation_id="listGateAlarms",
    summary="Alarms at gates that nobody has looked at",
)
def list_gate_alarms(request: HttpRequest, cursor: Cursor = "", limit: Limit = USUAL_PAGE) -> Any:
    """Return the alarms that wait: a terminal's own; officers and auditors see all."""
    actor = permitted(request, "listGateAlarms", OPERATIONS)
    rows = queries.passages(access.passages_of(actor) & Q(alarm=True, seen_at=None))
    page = page_of(rows, "-id", cursor, limit)
    return {"items": [answers.passage_told(row) for row in page.items], "next": page.next}


@router.post(
    "/gate-alarms/{number}/seen",
    response=answers.GatePassageTold,
    operation_id="seeGateAlarm",
    summary="Say that somebody looked at an alarm",
)
def see_gate_alarm(request: HttpRequest, number: Number) -> Any:
    """Take an alarm off the list: somebody went and looked."""
    actor = permitted(request, "seeGateAlarm", OPERATIONS)
    return answers.passage_told(reconciling.see(actor, access.alarm_for(actor, number)))
