"""Objects of the gate for each role, and right data of its operations."""

from __future__ import annotations

from typing import Any, Final

from clearway.audit.actor import Role
from clearway.proving.api_objects import (
    CUSTOMS,
    NOW,
    NUMBERS,
    ROLE_OF,
    TRADER,
    Objects,
    Right,
)

_TERMINAL: Final = "terminal"
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
    if role in CUSTOMS | {Role.AUDITOR}:
        found["listPassages"] = Right({"number": gate(objects)})
    if role == Role.TERMINAL:
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
