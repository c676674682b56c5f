"""Inspections and doubts about values, laid through the API, and right data of their operations."""

from __future__ import annotations

from typing import Final

from clearway.audit.actor import Role
from clearway.proving.api_objects import (
    CUSTOMS,
    LODGERS,
    NUMBERS,
    ROLE_OF,
    SECURITY,
    TRADER,
    Objects,
    Right,
)

_WHY: Final = {"reason": "Lodged in error"}


def inspections(objects: Objects, who: str) -> dict[str, Right]:
    """Looks at goods and doubts about values, as far as a role has to do with them."""
    role, found = ROLE_OF[who], dict[str, Right]()
    if role in CUSTOMS | {Role.AUDITOR}:
        found["getInspection"] = Right({"number": inspection(objects)})
        found["listDeclarationInspections"] = Right({"mrn": objects.declaration()})
    if role in LODGERS:
        own = doubt(objects, who) if who in {TRADER, "trader"} else 0
        found["getValueDoubt"] = Right({"number": own})
        found["replyToValueDoubt"] = Right({"number": own}, {"text": "See the contract."})
    if role in CUSTOMS:
        said = "Identical goods were declared at twice this price."
        found |= {
            "orderInspection": Right(
                {"mrn": objects.waiting()}, {"look_at": ["weight"], "reason": "Weight"}
            ),
            "declareInterest": Right(body={"party": NUMBERS["broker2"], "reason": "Shares"}),
            "openValueDoubt": Right({"mrn": objects.waiting()}, {"item": 1, "reasons": said}),
            "getValueDoubt": Right({"number": doubt(objects)}),
            "tellGrounds": Right({"number": doubt(objects, replied=True)}, {"grounds": said}),
            "fixSecurity": Right({"number": doubt(objects)}, {"value": 10**10}),
            "coverSecurity": Right(
                {"number": doubt(objects, secured=True)}, {"reference": SECURITY}
            ),
            "decideValueDoubt": Right(
                {"number": doubt(objects)}, {"accept": True, "decision": said}
            ),
        }
    if who == "officer":
        at_work = {"number": inspection(objects, begun=True)}
        sample = {"item": 1, "what": "Nylon", "seal": "S1", "laboratory": "Central Laboratory"}
        found |= {
            "startInspection": Right({"number": inspection(objects)}, {}),
            "answerChecklist": Right(at_work, {"answers": {"documents_agree": {"answer": "yes"}}}),
            "recordFinding": Right(at_work, {"code": "ipr", "note": "No licence"}),
            "recordSeal": Right(at_work, {"what": "set", "seal": objects.name()}),
            "takeSample": Right(at_work, sample),
            "giveResult": Right(
                {"number": inspection(objects, begun=True)},
                {"outcome": "satisfactory", "rest_in_order": True},
            ),
        }
    if role == Role.SUPERVISOR:
        found |= {
            "approveInspection": Right(
                {"number": inspection(objects, found=True)}, {"confirm": True}
            ),
            "endInterest": Right({"number": interest(objects, "officer")}, _WHY),
        }
    if role in {Role.SUPERVISOR, Role.AUDITOR}:
        found["listDraws"] = Right({"number": inspection(objects)})
    return found


def inspection(objects: Objects, *, begun: bool = False, found: bool = False) -> int:
    """Order a look at goods for which the first officer is drawn; return its number.

    Args:
        objects: what is laid.
        begun: papers are looked at, which need no arrival, and he has begun.
        found: a discrepancy that he found waits for a second person.
    """
    look_at = ["documents"] if begun or found else ["goods"]
    path = f"/declarations/{_asked(objects)}/inspections"
    told = {"look_at": look_at, **_WHY}
    number = int(objects.ask("officer", "POST", path, told)["id"])
    if begun or found:
        objects.ask("officer", "POST", f"/inspections/{number}/start", {})
    if found:
        wrong = {"code": "prohibited", "note": "Ivory"}
        objects.ask("officer", "POST", f"/inspections/{number}/findings", wrong)
        result = {"outcome": "discrepancy", "rest_in_order": True}
        objects.ask("officer", "POST", f"/inspections/{number}/result", result)
    return number


def _asked(objects: Objects, who: str = TRADER) -> str:
    """Return the MRN of a declaration whose documents an officer wants to see."""
    mrn = objects.declaration(who)
    if objects.ask("supervisor", "GET", f"/declarations/{mrn}")["state"] == "assessed":
        objects.decide("supervisor", mrn, decision="ask", reason="The invoice")
    return mrn


def interest(objects: Objects, who: str) -> int:
    """Let an official declare an interest in a party that has no goods; return its number."""
    told = {"party": NUMBERS["trader3"], **_WHY}
    rows = objects.ask(who, "GET", "/interests")["items"]
    known = [one["id"] for one in rows if one["ended_at"] is None]
    return int(known[0] if known else objects.ask(who, "POST", "/interests", told)["id"])


def doubt(
    objects: Objects, who: str = TRADER, *, replied: bool = False, secured: bool = False
) -> int:
    """Let an officer doubt a declared value; return the number of that.

    Args:
        objects: what is laid.
        who: whose declaration it is.
        replied: he has explained the value.
        secured: a security is fixed, which nothing covers yet.
    """
    told = {"item": 1, "reasons": "Identical goods were declared at twice this price."}
    path = f"/declarations/{_asked(objects, who)}/value-doubts"
    number = int(objects.ask("officer", "POST", path, told)["id"])
    if replied:
        objects.ask(who, "POST", f"/value-doubts/{number}/reply", {"text": "See the contract."})
    if secured:
        path = f"/value-doubts/{number}"
        declared = objects.ask("officer", "GET", path)["declared"]
        objects.ask("officer", "POST", f"{path}/security", {"value": 2 * declared})
    return number
