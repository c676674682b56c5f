"""The room's operations: the queue, decisions, desks, second decisions."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Any, Final

from django.http import HttpRequest
from ninja import Query, Router

from clearway.accounts.forms import Cursor, Limit, Number, permitted
from clearway.audit import clock
from clearway.audit import service as audit
from clearway.audit.actor import Actor
from clearway.clearance import access, deciding, forms, queries, service
from clearway.clearance.releasing import Order
from clearway.declarations.access import OPERATIONS as DECLARATIONS
from clearway.declarations.access import reads_as_stranger
from clearway.declarations.models import Declaration
from clearway.declarations.told import (
    DeclarationTold,
    LaneName,
    Mrn,
    ReleaseOrder,
    declaration,
)
from clearway.kernel.decisions import Lane
from clearway.vocabulary.pages import USUAL_PAGE, page_of

router = Router(tags=["clearance"])
LATELY: Final = timedelta(hours=24)


@router.get("/queue", response=forms.QueueTold, operation_id="showQueue", summary="The queue")
def show_queue(
    request: HttpRequest, lane: Annotated[LaneName | None, Query(description="of one lane")] = None
) -> Any:
    """Return what lies before you, and the first of what waits at your office."""
    actor = permitted(request, "showQueue", access.OPERATIONS)
    rows = queries.untaken(queries.waiting(actor, _lane(lane)))
    waiting = list(queries.in_order(rows)[: queries.SHOWN])
    held = list(queries.in_hand(actor.name))
    _note(actor, [*waiting, *(row.declaration for row in held)])
    counts = queries.counts(actor)
    return {
        "in_hand": [forms.held(row) for row in held],
        "waiting": [declaration(row) for row in waiting],
        "counts": {Lane(one).name.lower(): number for one, number in counts.items()},
    }


@router.post(
    "/queue/next", response=forms.NextTold, operation_id="takeNext", summary="Take the next one"
)
def take_next(request: HttpRequest, wanted: forms.NextWanted) -> Any:
    """Take what has waited longest; it is yours until you decide or hand it back."""
    actor = permitted(request, "takeNext", access.OPERATIONS)
    found = service.take_next(actor, _lane(wanted.lane))
    if found is not None:
        _note(actor, [found])
    return {"declaration": None if found is None else declaration(found)}


@router.post(
    "/declarations/{mrn}/assignment",
    response=DeclarationTold,
    operation_id="takeDeclaration",
    summary="Take a declaration",
)
def take_declaration(request: HttpRequest, mrn: Mrn) -> Any:
    """Take this very declaration."""
    actor = permitted(request, "takeDeclaration", access.OPERATIONS)
    return _told(actor, service.take(actor, mrn))


@router.delete(
    "/declarations/{mrn}/assignment",
    response=DeclarationTold,
    operation_id="handBack",
    summary="Hand a declaration back",
)
def hand_back(request: HttpRequest, mrn: Mrn) -> Any:
    """Put it back into the queue."""
    actor = permitted(request, "handBack", access.OPERATIONS)
    return _told(actor, service.hand_back(actor, mrn))


@router.put(
    "/declarations/{mrn}/assignment",
    response=DeclarationTold,
    operation_id="reassignDeclaration",
    summary="Give a declaration to an officer",
)
def reassign_declaration(request: HttpRequest, mrn: Mrn, wanted: forms.ReassignmentWanted) -> Any:
    """Give it to one of those whose desk is at its office, whoever had it."""
    actor = permitted(request, "reassignDeclaration", access.OPERATIONS)
    return _told(actor, service.reassign(actor, mrn, wanted.officer))


@router.post(
    "/declarations/{mrn}/decision",
    response=forms.OutcomeTold,
    operation_id="decideDeclaration",
    summary="Decide on a declaration",
)
def decide_declaration(request: HttpRequest, mrn: Mrn, wanted: forms.DecisionTaken) -> Any:
    """Accept it, ask for documents, or send the goods to control."""
    actor = permitted(request, "decideDeclaration", access.OPERATIONS)
    if wanted.decision == "ask":
        done = deciding.ask_for_documents(actor, mrn, wanted.reason)
    elif wanted.decision == "control":
        done = deciding.control(actor, mrn, wanted.reason)
    else:
        done = deciding.accept(
            actor, mrn, Order(**wanted.dict(exclude={"decision", "version"})), wanted.version
        )
    _note(actor, [done.declaration])
    return forms.outcome(done)


@router.post(
    "/declarations/{mrn}/release",
    response=DeclarationTold,
    operation_id="releaseDeclaration",
    summary="Release the goods of a declaration",
)
def release_declaration(request: HttpRequest, mrn: Mrn, wanted: ReleaseOrder) -> Any:
    """Release, where the lane is satisfied, the goods are here and the debt is covered."""
    actor = permitted(request, "releaseDeclaration", DECLARATIONS)
    return declaration(deciding.release(actor, mrn, Order(**wanted.dict())))


@router.get("/desks", response=forms.DesksTold, operation_id="showDesks", summary="The desks")
def show_desks(request: HttpRequest) -> Any:
    """Return each officer's desk: what lies on it, since when, and what was decided lately."""
    actor = permitted(request, "showDesks", access.OPERATIONS)
    now = clock.now()
    return {"items": [forms.desk(one) for one in queries.desks(actor, now, now - LATELY)]}


@router.get(
    "/proposals",
    response=forms.ProposalPage,
    operation_id="listProposals",
    summary="Decisions that wait for a second person",
)
def list_proposals(request: HttpRequest, cursor: Cursor = "", limit: Limit = USUAL_PAGE) -> Any:
    """Return the decisions that you might confirm: none of your own."""
    actor = permitted(request, "listProposals", access.OPERATIONS)
    page = page_of(queries.proposals(actor), "id", cursor, limit)
    _note(actor, [row.declaration for row in page.items])
    return {"items": [forms.proposal(row) for row in page.items], "next": page.next}


@router.post(
    "/proposals/{number}/confirmation",
    response=forms.OutcomeTold,
    operation_id="confirmProposal",
    summary="Confirm a decision or send it back",
)
def confirm_proposal(request: HttpRequest, number: Number, wanted: forms.ConfirmationWanted) -> Any:
    """Confirm what another proposed, which is then done at once, or send it back."""
    actor = permitted(request, "confirmProposal", access.OPERATIONS)
    done = deciding.confirm(actor, number, confirmed=wanted.confirm, reason=wanted.reason)
    _note(actor, [done.declaration])
    return forms.outcome(done)


def _lane(name: LaneName | None) -> int | None:
    return None if name is None else int(Lane[name.upper()])


def _told(actor: Actor, row: Declaration) -> dict[str, Any]:
    _note(actor, [row])
    return declaration(row)


def _note(actor: Actor, rows: list[Declaration]) -> None:
    """Log one read of declarations of others that an answer tells."""
    others = [row.pk for row in rows if reads_as_stranger(actor, row)]
    if others:
        audit.note("read", actor, "queue:list", others)
