"""Objects and right data of the operations after release, as ``api_objects`` lays others."""

from __future__ import annotations

from typing import Any

from clearway.audit.actor import Role
from clearway.proving.api_objects import CUSTOMS, ROLE_OF, TRADER, Objects, Right

_WHY = {"reason": "Price far below others of the route"}


def released(objects: Objects) -> str:
    """Return the MRN of a declaration of ``TRADER`` whose goods an officer released."""
    mrn = objects.releasable()
    order = {"goods_controlled": True, "security": "GRN-26-000017"}
    objects.ask("officer", "POST", f"/declarations/{mrn}/release", order)
    return mrn


def selected(objects: Objects) -> int:
    """Open an audit of which its party was not told; return its number."""
    wanted = {"declarations": [released(objects)], **_WHY}
    return int(objects.ask("officer", "POST", "/audits", wanted)["id"])


def audit(objects: Objects) -> int:
    """Open an audit and tell its party, ``TRADER``; return its number."""
    number = selected(objects)
    objects.ask("supervisor", "POST", f"/audits/{number}/notification", _team(objects))
    return number


def right_data(objects: Objects, who: str) -> dict[str, Right]:
    """Return right data of the operations that one of ``READY`` has after release."""
    role = ROLE_OF[who]
    if role not in CUSTOMS | {Role.AUDITOR} and who != TRADER:
        return {}
    told = {"number": audit(objects)}
    found = {"getAudit": Right(told)}
    if who == TRADER:
        found["answerFindings"] = Right(told, {"answer": "The price is the contract's."})
        found["discloseError"] = Right(
            {"mrn": released(objects)}, {"what": "Freight of invoice 17 was left out"}
        )
    if role in CUSTOMS:
        found |= {
            "openAudit": Right(body={"declarations": [released(objects)], **_WHY}),
            "beginFieldwork": Right(told),
            "draftFindings": Right(told, {"findings": "Nothing was found."}),
            "closeHearing": Right(told),
        }
    if role == Role.SUPERVISOR:
        found |= {
            "notifyAudit": Right({"number": selected(objects)}, _team(objects)),
            "dropAudit": Right({"number": selected(objects)}, _WHY),
            "decideAudit": Right(told, {"upheld": True, "reasons": "As drafted."}),
        }
    return found


def _team(objects: Objects) -> dict[str, Any]:
    return {"team": [objects.desk()], **_WHY}
