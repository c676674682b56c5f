"""Risk profiles, laid through the API, and right data of their operations."""

from __future__ import annotations

from typing import Any, Final

from clearway.audit.actor import Role
from clearway.proving.api_objects import ROLE_OF, Objects, Right

_WRITER: Final = "analyst2"
_WHY: Final = {"reason": "It finds nothing"}
_PERIOD: Final = {"since": "2026-03-01", "until": "2026-03-02"}
_FIRST: Final = "LS-001"
"""A profile of the demonstration's pack."""


def right_data(objects: Objects, who: str) -> dict[str, Right]:
    """Return right data of the operations on profiles, as far as a role has them."""
    role = ROLE_OF[who]
    if role not in {Role.ANALYST, Role.SUPERVISOR, Role.AUDITOR}:
        return {}
    found = {"getProfile": Right({"code": _FIRST})}
    if role is Role.AUDITOR:
        return found
    for operation in ("approveProfile", "refuseProfile"):
        code, seen = proposed(objects)
        found[operation] = Right({"code": code}, {"seen": seen, "reason": "Agreed"})
    if role is Role.SUPERVISOR:
        body = {"per_day": 20, "chance": 80, "stake": 15, "new": 5, "reason": "Two teams more"}
        found["setInspectionCapacity"] = Right({"office": "XPCRT1"}, body)
    found["retireProfile"] = Right({"code": draft(objects)[0]}, _WHY)
    if role is Role.ANALYST:
        code, seen = draft(objects)
        anew = {**written(objects), "seen": seen, "reasons": "Five consignments by now"}
        tried, digest = draft(objects)
        found |= {
            "checkCondition": Right(body={"condition": "origin = 'CN'"}),
            "draftProfile": Right(body={**written(objects), "code": f"UV-{objects.name()}"}),
            "amendProfile": Right({"code": code}, anew),
            "tryProfile": Right({"code": tried}, {"seen": digest, **_PERIOD}),
        }
        for operation in ("shadowProfile", "proposeProfile"):
            code, seen = tested(objects)
            found[operation] = Right({"code": code}, {"seen": seen})
    return found


def written(objects: Objects) -> dict[str, Any]:
    """Return a text that hits nothing that anybody lodges."""
    return {
        "name": f"Goods out of Antarctica, {objects.name()}",
        "condition": "origin = 'AQ' AND hs LIKE '8517%'",
        "lane": "yellow",
        "weight": 5,
        "owner": "Risk Management Office",
        "reasons": "Four consignments in February",
        "valid_from": "2026-03-02",
        "valid_to": "2027-03-02",
    }


def draft(objects: Objects) -> tuple[str, str]:
    """Begin a profile; return its code and the digest of its text."""
    code = f"UV-{objects.name()}"
    made = objects.ask(_WRITER, "POST", "/profiles", {**written(objects), "code": code})
    return code, str(made["versions"][0]["text"]["digest"])


def tested(objects: Objects) -> tuple[str, str]:
    """Begin a profile and try it on what was lodged today."""
    objects.declaration()
    code, seen = draft(objects)
    objects.ask(_WRITER, "POST", f"/profiles/{code}/trials", {"seen": seen, **_PERIOD})
    return code, seen


def proposed(objects: Objects) -> tuple[str, str]:
    """Begin a profile and bring it before a second person."""
    code, seen = tested(objects)
    objects.ask(_WRITER, "POST", f"/profiles/{code}/proposal", {"seen": seen})
    return code, seen
