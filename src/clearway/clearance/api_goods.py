"""The room's operations on goods: holds, units, movements under control, exits."""

from __future__ import annotations

from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Query, Router, Status

from clearway.accounts.forms import Cursor, Limit, Number, permitted
from clearway.clearance import (
    access,
    exits,
    forms_goods,
    holds,
    lines,
    loading,
    moving,
    queries,
    units,
)
from clearway.clearance.holds import Wanted
from clearway.clearance.releasing import Order
from clearway.declarations.access import declaration_for, note_read
from clearway.declarations.told import CancellationWanted, DeclarationTold, Mrn, declaration
from clearway.vocabulary.pages import USUAL_PAGE, page_of

router = Router(tags=["goods"])


@router.get(
    "/declarations/{mrn}/standing",
    response=forms_goods.StandingTold,
    operation_id="showStanding",
    summary="Where a declaration stands, and who holds the ball",
)
def show_standing(request: HttpRequest, mrn: Mrn) -> Any:
    """Return what is to be done now, by whom and until when; what is in the way of a release."""
    actor = permitted(request, "showStanding", access.OPERATIONS)
    found = declaration_for(actor, mrn)
    note_read(actor, found, "standing")
    return forms_goods.declaration_standing(found)


@router.post(
    "/declarations/{mrn}/holds",
    response={201: forms_goods.HoldTold},
    operation_id="placeHold",
    summary="Hold the goods of a declaration",
)
def place_hold(request: HttpRequest, mrn: Mrn, wanted: forms_goods.GoodsHoldWanted) -> Any:
    """Keep them from leaving, or one goods item of them; recall them where they are released."""
    actor = permitted(request, "placeHold", access.OPERATIONS)
    return Status(201, forms_goods.hold(holds.place(actor, mrn, Wanted(**wanted.dict()))))


@router.post(
    "/holds",
    response={201: forms_goods.HoldTold},
    operation_id="holdUnit",
    summary="Hold a transport unit",
)
def hold_unit(request: HttpRequest, wanted: forms_goods.UnitHoldWanted) -> Any:
    """Keep a container, a vehicle, a ULD or a lot from leaving, whatever is declared of it."""
    actor = permitted(request, "holdUnit", access.OPERATIONS)
    one = units.unit(wanted.kind, wanted.number)
    told = Wanted(**wanted.dict(exclude={"kind", "number"}))
    return Status(201, forms_goods.hold(holds.place(actor, one, told)))


@router.get("/holds", response=forms_goods.HoldPage, operation_id="listHolds", summary="The holds")
def list_holds(
    request: HttpRequest,
    cursor: Cursor = "",
    limit: Limit = USUAL_PAGE,
    *,
    lifted: Annotated[bool, Query(description="those that were lifted")] = False,
) -> Any:
    """Return the holds of your office or agency, and those that you deputise for."""
    actor = permitted(request, "listHolds", access.OPERATIONS)
    rows = access.holds_of(actor).filter(lifted_at__isnull=not lifted)
    page = page_of(rows, "-id", cursor, limit)
    return {"items": [forms_goods.hold(row) for row in page.items], "next": page.next}


@router.post(
    "/holds/{number}/lifting",
    response=forms_goods.HoldTold,
    operation_id="liftHold",
    summary="Lift a hold",
)
def lift_hold(request: HttpRequest, number: Number, wanted: forms_goods.LiftingWanted) -> Any:
    """Let the goods go on. A supervisor lifts another's hold by an order of a court alone."""
    actor = permitted(request, "liftHold", access.OPERATIONS)
    return forms_goods.hold(holds.lift(actor, number, wanted.reason, wanted.court_order))


@router.post(
    "/declarations/{mrn}/items/release",
    response=DeclarationTold,
    operation_id="releaseItems",
    summary="Release some goods items",
)
def release_items(request: HttpRequest, mrn: Mrn, wanted: forms_goods.ItemsOrder) -> Any:
    """Release goods items before the others; with the last of them the declaration is released."""
    actor = permitted(request, "releaseItems", access.OPERATIONS)
    order = Order(**wanted.dict(exclude={"items"}))
    return declaration(lines.release_items(actor, mrn, wanted.items, order))


@router.get(
    "/units",
    response=forms_goods.UnitTold,
    operation_id="showUnit",
    summary="Whether a transport unit may leave",
)
def show_unit(
    request: HttpRequest,
    kind: Annotated[forms_goods.UnitKind, Query(examples=["container"])],
    number: Annotated[forms_goods.UnitNumber, Query(examples=["CSQU3054383"])],
) -> Any:
    """Return whether it may leave the gate, or every reason why not."""
    actor = permitted(request, "showUnit", access.OPERATIONS)
    one = units.unit(kind, number)
    access.note_unit(actor, one)
    return forms_goods.unit(one)


@router.post(
    "/moves",
    response={201: forms_goods.MoveTold},
    operation_id="authoriseMove",
    summary="Let a container go to a freight station under control",
)
def authorise_move(request: HttpRequest, wanted: forms_goods.MoveWanted) -> Any:
    """Its goods are not released: the keeper answers for them from its arrival there."""
    actor = permitted(request, "authoriseMove", access.OPERATIONS)
    one = units.unit(wanted.kind, wanted.number)
    to = moving.Destination(**wanted.dict(exclude={"kind", "number"}))
    return Status(201, forms_goods.move(moving.authorise(actor, one, to)))


@router.get(
    "/moves",
    response=forms_goods.MovePage,
    operation_id="listMoves",
    summary="Movements under control",
)
def list_moves(request: HttpRequest, cursor: Cursor = "", limit: Limit = USUAL_PAGE) -> Any:
    """Return those to your station; customs and auditors see all."""
    actor = permitted(request, "listMoves", access.OPERATIONS)
    page = page_of(access.moves_of(actor), "-id", cursor, limit)
    return {"items": [forms_goods.move(row) for row in page.items], "next": page.next}


@router.post(
    "/moves/{number}/arrival",
    response=forms_goods.MoveTold,
    operation_id="receiveMove",
    summary="Take in what came under control",
)
def receive_move(request: HttpRequest, number: Number) -> Any:
    """From now on you answer for the goods; houses that are released may leave."""
    actor = permitted(request, "receiveMove", access.OPERATIONS)
    return forms_goods.move(moving.arrive(actor, number))


@router.post(
    "/moves/{number}/cancellation",
    response=forms_goods.MoveTold,
    operation_id="cancelMove",
    summary="Cancel a movement under control",
)
def cancel_move(request: HttpRequest, number: Number, wanted: CancellationWanted) -> Any:
    """Take the word back while the container is still here."""
    actor = permitted(request, "cancelMove", access.OPERATIONS)
    return forms_goods.move(moving.cancel(actor, number, wanted.reason))


@router.post(
    "/units/loading",
    response=forms_goods.UnitsMoved,
    operation_id="loadUnit",
    summary="Say that export goods went aboard",
)
def load_unit(request: HttpRequest, wanted: forms_goods.LoadingWanted) -> Any:
    """Say what was loaded; what was released and is not loaded at departure is short-shipped."""
    actor = permitted(request, "loadUnit", access.OPERATIONS)
    one = units.unit(wanted.kind, wanted.number)
    rows = loading.load(actor, one, wanted.packages, wanted.means, wanted.item)
    return {"mrns": [row.mrn for row in rows]}


@router.post(
    "/units/departure",
    response=forms_goods.UnitsMoved,
    operation_id="departUnit",
    summary="Say that loaded goods have departed",
)
def depart_unit(request: HttpRequest, wanted: forms_goods.UnitWanted) -> Any:
    """Say that the means of transport left with it; customs confirm the exit."""
    actor = permitted(request, "departUnit", access.OPERATIONS)
    rows = loading.depart(actor, units.unit(wanted.kind, wanted.number))
    return {"mrns": [row.mrn for row in rows]}


@router.get(
    "/exits",
    response=forms_goods.ExitPage,
    operation_id="listExits",
    summary="Export goods that are not out yet",
)
def list_exits(
    request: HttpRequest,
    cursor: Cursor = "",
    limit: Limit = USUAL_PAGE,
    *,
    enquired: Annotated[bool, Query(description="only those that are asked about")] = False,
) -> Any:
    """Return the open exits at your office, those due first."""
    actor = permitted(request, "listExits", access.OPERATIONS)
    rows = queries.open_exits(actor)
    rows = rows.filter(enquired_at__isnull=False) if enquired else rows
    page = page_of(rows, "declaration_id", cursor, limit)
    return {"items": [forms_goods.exit_of(row) for row in page.items], "next": page.next}


@router.post(
    "/declarations/{mrn}/exit",
    response=DeclarationTold,
    operation_id="confirmExit",
    summary="Confirm the exit of export goods, or end an enquiry about it",
)
def confirm_exit(request: HttpRequest, mrn: Mrn, wanted: forms_goods.ExitWord) -> Any:
    """Confirm that they are out, take a proof of it, or find that they never left."""
    actor = permitted(request, "confirmExit", access.OPERATIONS)
    if wanted.outcome == "never_left":
        return declaration(exits.give_up(actor, mrn, wanted.reason))
    return declaration(exits.confirm(actor, mrn, wanted.proof))
