"""The facts that the gate announces (subjects in brackets).

Tokens [``gate_token:<serial>``], gates [``gate:<number>``], interchange receipts
[``interchange_receipt:<number>``], bookings [``booking:<number>``]. Passages carry the equipment
event codes of DCSA Track and Trace: GTOT out, GTIN in.
"""

from __future__ import annotations

OPENED = "gate.opened"
ISSUED = "gate.token_issued"
SHOWN = "gate.token_shown"
"""Who asked for a token that he has already was given the same again."""
RECALLED = "gate.token_recalled"
"""A token holds no longer: gates that are online refuse it from that moment."""
PASSED = "gate.passed"
REFUSED = "gate.refused"
ALARM = "gate.alarm"
"""A refusal at which somebody has to look, or a token that was used twice."""
ALARM_SEEN = "gate.alarm_seen"

RECEIPT_STATED = "interchange_receipt.stated"
"""One party stated the condition of a unit that changed hands; ``state`` is open, agreed or
disputed after it."""
BOOKED = "booking.made"
BOOKING_ACCEPTED = "booking.accepted"
SLOT_GIVEN = "booking.slot_given"
SLOT_MOVED = "booking.slot_moved"
"""The vessel is late or early: the slot moved with it by so many minutes."""
BOOKING_MOVED = "booking.moved"
BOOKING_LOOKED_AT = "booking.looked_at"
FELL_BACK = "booking.fell_back"
"""The unit goes the usual way, by the yard, or the booking was given up."""


def subject(serial: str) -> str:
    """Return the subject under which facts about a token are announced."""
    return f"gate_token:{serial}"


def gate_subject(number: int) -> str:
    """Return the subject under which facts about a gate are announced."""
    return f"gate:{number}"


def receipt_subject(number: str) -> str:
    """Return the subject under which facts about an interchange receipt are announced."""
    return f"interchange_receipt:{number}"


def booking_subject(number: str) -> str:
    """Return the subject under which facts about a booking are announced."""
    return f"booking:{number}"


SEAL_ARMED = "seal.armed"
SEAL_OPENED = "seal.opened"
SEAL_DISARMED = "seal.disarmed"
"""What an electronic seal told, under the subject of its container; ``mark`` says what is not right
about it."""
SEAL_ALARM = "seal.alarm"
"""A seal was opened away from an approved place: told to its operator, to whoever keeps the
container, and to customs; ``office`` answers for the container."""
SEAL_ALARM_SEEN = "seal.alarm_seen"
