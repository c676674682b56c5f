"""The room's operations on bookings, interchange receipts and delivery orders."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from ninja import Router, Status

from clearway.accounts.forms import Cursor, Limit, Number, permitted
from clearway.audit import clock
from clearway.audit.actor import Actor
from clearway.cargo.access import conveyance_for
from clearway.gate import access_direct as access
from clearway.gate import answers_direct as answers
from clearway.gate import direct, exchanging, measuring, papers, queries
from clearway.gate import forms_direct as forms
from clearway.gate.access import OPERATIONS, token_for
from clearway.gate.forms import Serial
from clearway.gate.models import Booking
from clearway.vocabulary.pages import USUAL_PAGE, page_of

router = Router(tags=["gate"])


@router.post(
    "/bookings",
    response={201: answers.BookingTold},
    operation_id="bookDirect",
    summary="Book direct pick-up or loading",
)
def book_direct(request: HttpRequest, wanted: forms.BookingWanted) -> Any:
    """Book a unit that is to go without the yard; `lacking` says why it may not yet."""
    actor = permitted(request, "bookDirect", OPERATIONS)
    return Status(201, answers.booking_told(direct.book(actor, wanted.wanted())))


@router.get(
    "/bookings", response=answers.BookingPage, operation_id="listBookings", summary="Bookings"
)
def list_bookings(request: HttpRequest, cursor: Cursor = "", limit: Limit = USUAL_PAGE) -> Any:
    """Return bookings, the last made first: one's own, a terminal's or carrier's; officials all."""
    actor = permitted(request, "listBookings", OPERATIONS)
    page = page_of(queries.bookings(access.bookings_of(actor)), "-id", cursor, limit)
    access.note_bookings(actor, page.items)
    return {"items": [answers.booking_told(row) for row in page.items], "next": page.next}


@router.get(
    "/bookings/{booking}",
    response=answers.BookingTold,
    operation_id="getBooking",
    summary="A booking",
)
def get_booking(request: HttpRequest, booking: forms.BookingNumber) -> Any:
    """Return one booking."""
    actor = permitted(request, "getBooking", OPERATIONS)
    found = access.booking_for(actor, booking)
    access.note_bookings(actor, [found])
    return answers.booking_told(found)


@router.post(
    "/bookings/{booking}/acceptance",
    response=answers.BookingTold,
    operation_id="acceptBooking",
    summary="Accept a booking",
)
def accept_booking(request: HttpRequest, booking: forms.BookingNumber) -> Any:
    """Accept a booking as its carrier or its terminal; both have to."""
    actor = permitted(request, "acceptBooking", OPERATIONS)
    found = access.booking_for(actor, booking, to="accept")
    return answers.booking_told(direct.accept(actor, found))


@router.post(
    "/bookings/{booking}/slot",
    response=answers.BookingTold,
    operation_id="giveSlot",
    summary="Give a booking its slot",
)
def give_slot(request: HttpRequest, booking: forms.BookingNumber, slot: forms.SlotWanted) -> Any:
    """Say when the lorry may come. Where the vessel is late the slot moves with it."""
    actor = permitted(request, "giveSlot", OPERATIONS)
    found = access.booking_for(actor, booking, to="work")
    return answers.booking_told(direct.give_slot(actor, found, slot.slot_from, slot.slot_to))


@router.post(
    "/bookings/{booking}/moves",
    response=answers.BookingTold,
    operation_id="moveBooking",
    summary="Tell what happened to a booking",
)
def move_booking(
    request: HttpRequest, booking: forms.BookingNumber, told: forms.BookingMove
) -> Any:
    """Let its lorry come, the unit be handled, the lorry leave; or let it fall back to the yard."""
    actor = permitted(request, "moveBooking", OPERATIONS)
    to = "give_up" if told.act == "fall_back" else "work"
    found = access.booking_for(actor, booking, to=to)
    return answers.booking_told(_moved(actor, found, told))


def _moved(actor: Actor, found: Booking, told: forms.BookingMove) -> Booking:
    if told.act == "come":
        return direct.come(actor, found, told.plate)
    if told.act == "handle":
        return direct.handle(actor, found, told.at or clock.now())
    if told.act == "finish":
        return direct.finish(actor, found)
    return direct.fall_back(actor, found, told.why())


@router.get(
    "/conveyances/{number}/direct-share",
    response=answers.DirectShareTold,
    operation_id="getDirectShare",
    summary="How much of a conveyance was picked up directly",
)
def get_direct_share(request: HttpRequest, number: Number) -> Any:
    """Return how many containers of a conveyance went out without the yard."""
    actor = permitted(request, "getDirectShare", OPERATIONS)
    found = measuring.share(conveyance_for(actor, number))
    told = {"direct": found.direct, "containers": found.containers}
    return told | {"percent": found.percent}


@router.post(
    "/gate-passages/{number}/receipt",
    response={201: answers.EquipmentReceiptTold},
    operation_id="openEquipmentReceipt",
    summary="Make an equipment interchange receipt",
)
def open_receipt(request: HttpRequest, number: Number, wanted: forms.EquipmentReceiptWanted) -> Any:
    """Make the receipt of what passed a gate, with the terminal's signed statement."""
    actor = permitted(request, "openEquipmentReceipt", OPERATIONS)
    passage = access.passage_for(actor, number)
    made = exchanging.open_receipt(actor, passage, wanted.handed(), wanted.stated())
    return Status(201, answers.receipt_told(made))


@router.get(
    "/interchange-receipts",
    response=answers.EquipmentReceiptPage,
    operation_id="listEquipmentReceipts",
    summary="Equipment interchange receipts",
)
def list_receipts(request: HttpRequest, cursor: Cursor = "", limit: Limit = USUAL_PAGE) -> Any:
    """Return receipts, the last first: one's own; officers and auditors see all."""
    actor = permitted(request, "listEquipmentReceipts", OPERATIONS)
    page = page_of(queries.receipts(access.receipts_of(actor)), "-id", cursor, limit)
    access.note_receipts(actor, page.items)
    return {"items": [answers.receipt_told(row) for row in page.items], "next": page.next}


@router.get(
    "/interchange-receipts/{receipt}",
    response=answers.EquipmentReceiptTold,
    operation_id="getEquipmentReceipt",
    summary="An equipment interchange receipt",
)
def get_receipt(request: HttpRequest, receipt: forms.ReceiptNumber) -> Any:
    """Return one receipt with its statements."""
    actor = permitted(request, "getEquipmentReceipt", OPERATIONS)
    found = access.receipt_for(actor, receipt)
    access.note_receipts(actor, [found])
    return answers.receipt_told(found)


@router.post(
    "/interchange-receipts/{receipt}/statements",
    response=answers.EquipmentReceiptTold,
    operation_id="stateCondition",
    summary="State the condition of a unit",
)
def state_condition(
    request: HttpRequest, receipt: forms.ReceiptNumber, wanted: forms.ConditionStatementWanted
) -> Any:
    """State what one saw oneself: the receipt is agreed, or disputed and both are kept."""
    actor = permitted(request, "stateCondition", OPERATIONS)
    found = access.receipt_for(actor, receipt, to="state")
    return answers.receipt_told(exchanging.state(actor, found, wanted.stated()))


@router.post(
    "/gate-tokens/{serial}/delivery-order",
    response=answers.DeliveryOrderTold,
    operation_id="issueDeliveryOrder",
    summary="The delivery order of a token",
)
def issue_delivery_order(request: HttpRequest, serial: Serial) -> Any:
    """Issue the delivery order of a token that is live, or return the one that holds."""
    actor = permitted(request, "issueDeliveryOrder", OPERATIONS)
    row = papers.delivery_order(actor, token_for(actor, serial))
    return {"number": row.number, "state": row.state, "issued_at": row.issued_at}
