"""Objects of the gate for each role, and right data of its operations."""

from __future__ import annotations

from typing import Any, Final

from clearway.audit.actor import Role
from clearway.proving.api_objects import (
    CARRIER,
    CUSTOMS,
    NOW,
    NUMBERS,
    ROLE_OF,
    TRADER,
    Objects,
    Right,
)

_TERMINAL: Final = "terminal"
_SOUND: Final = {"conditions": [{"code": "OK"}], "seals": ["SL4411"]}
_WHY: Final = {"reason": "The vehicle broke down"}


def gate(objects: Objects, who: str = _TERMINAL) -> int:
    """Open a gate of a terminal; return its number."""
    return int(objects.ask(who, "POST", "/gates", {"code": objects.name()})["id"])


def leaving(objects: Objects) -> dict[str, Any]:
    """Return the wish for a token, for packages that are released."""
    lot = {"kind": "packages", "number": objects.written_off()}
    return {**lot, "direction": "out", "terminal": NUMBERS[_TERMINAL]}


def token(objects: Objects) -> dict[str, Any]:
    """Let a trader have a token for packages that are released; return it."""
    return dict(objects.ask(TRADER, "POST", "/gate-tokens", leaving(objects)))


def alarm(objects: Objects, who: str = _TERMINAL) -> int:
    """Show a token for something else at a gate of a terminal; return the alarm's number."""
    shown = {"code": token(objects)["serial"], "unit": "MSKU1234565"}
    path = f"/gates/{gate(objects, who)}/passages"
    return int(objects.ask(who, "POST", path, shown)["id"])


def seal_event(objects: Objects, kind: str = "armed", device: str = "") -> dict[str, Any]:
    """Return what an electronic seal tells of a container."""
    return {
        "event_id": objects.name(), "device": device or objects.name(), "kind": kind,
        "unit": "CSQU3054383", "seal_class": "H", "at": NOW,
    }  # fmt: skip


def seal_alarm(objects: Objects) -> int:
    """Open an armed seal away from an approved place; return the alarm's number."""
    device = objects.name()
    objects.ask(_TERMINAL, "POST", "/seal-events", seal_event(objects, device=device))
    opened = seal_event(objects, "opened", device)
    return int(objects.ask(_TERMINAL, "POST", "/seal-events", opened)["id"])


def passage(objects: Objects) -> int:
    """Let packages pass a gate; return the number of the passage."""
    fresh = token(objects)
    shown = {"code": fresh["serial"], "unit": fresh["number"], "packages": fresh["packages"]}
    path = f"/gates/{gate(objects)}/passages"
    return int(objects.ask(_TERMINAL, "POST", path, shown)["id"])


def receipt(objects: Objects) -> str:
    """Make the interchange receipt of a passage; return its number."""
    path = f"/gate-passages/{passage(objects)}/receipt"
    return str(objects.ask(_TERMINAL, "POST", path, _SOUND)["receipt"])


def booking_wanted(objects: Objects) -> dict[str, Any]:
    """Return the wish to have a trader's goods picked up directly."""
    number = objects.landed()
    objects.declaration(document=number)
    lot = {"kind": "packages", "unit": number, "plate": "XP 12 AB 34"}
    return {**lot, "terminal": NUMBERS[_TERMINAL], "planned_at": NOW}


def booking(objects: Objects) -> str:
    """Let a trader book a direct pick-up; return its number."""
    return str(objects.ask(TRADER, "POST", "/bookings", booking_wanted(objects))["booking"])


def right_data(objects: Objects, who: str) -> dict[str, Right]:
    """Lay what one of ``READY`` needs at the gate; return right data of his operations there."""
    role = ROLE_OF[who]
    found: dict[str, Right] = {}
    if role in CUSTOMS | {Role.AUDITOR, Role.TERMINAL} or who == TRADER:
        found["getToken"] = Right({"serial": token(objects)["serial"]})
    if role in CUSTOMS or who == TRADER:
        found["recallToken"] = Right({"serial": token(objects)["serial"]}, _WHY)
        found["issueToken"] = Right(body=leaving(objects))
    if role in CUSTOMS | {Role.TERMINAL}:
        found["seeGateAlarm"] = Right({"number": alarm(objects)})
        found["seeSealAlarm"] = Right({"number": seal_alarm(objects)})
    if role in {Role.TERMINAL, Role.CARRIER}:
        found["tellSealEvent"] = Right(body=seal_event(objects))
    if role in CUSTOMS | {Role.AUDITOR}:
        found["listPassages"] = Right({"number": gate(objects)})
        found["getEquipmentReceipt"] = Right({"receipt": receipt(objects)})
    if role in CUSTOMS | {Role.AUDITOR, Role.TERMINAL} or who in {TRADER, CARRIER}:
        found["getBooking"] = Right({"booking": booking(objects)})
    if role in {Role.TERMINAL, Role.CARRIER} | CUSTOMS | {Role.AUDITOR}:
        carrier = who if role == Role.CARRIER else CARRIER
        found["getDirectShare"] = Right({"number": objects.conveyance(carrier)})
    if role == Role.TERMINAL or who == CARRIER:
        found["acceptBooking"] = Right({"booking": booking(objects)})
    if role == Role.TERMINAL or who == TRADER:
        back = {"act": "fall_back", "reason": "The crane is out of order"}
        found["moveBooking"] = Right({"booking": booking(objects)}, back)
        found["issueDeliveryOrder"] = Right({"serial": token(objects)["serial"]})
        found["getEquipmentReceipt"] = Right({"receipt": receipt(objects)})
    if who == TRADER:
        found["bookDirect"] = Right(body=booking_wanted(objects))
        found["stateCondition"] = Right({"receipt": receipt(objects)}, _SOUND)
    if role == Role.TERMINAL:
        slot = {"slot_from": "2026-03-02T18:10:00Z", "slot_to": "2026-03-02T19:10:00Z"}
        found["giveSlot"] = Right({"booking": booking(objects)}, slot)
        found["openEquipmentReceipt"] = Right({"number": passage(objects)}, _SOUND)
        here = {"number": gate(objects, who)}
        shown = {"code": token(objects)["serial"], "unit": "MSKU1234565"}
        kept = shown | {"sequence": 1, "at": NOW, "accepted": False, "refusal": "stale_list"}
        found |= {
            "openGate": Right(body={"code": objects.name()}),
            "presentToken": Right(here, shown),
            "listPassages": Right(here),
            "getGatePack": Right(here),
            "reconcilePassages": Right(here, {"device": "tablet-7", "passages": [kept]}),
        }
    return found
