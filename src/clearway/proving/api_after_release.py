"""Objects and right data of the operations after release, as ``api_objects`` lays others."""

from __future__ import annotations

from typing import Any

from clearway.audit.actor import Role
from clearway.proving import api_payments
from clearway.proving.api_objects import CUSTOMS, ROLE_OF, TRADER, Objects, Right

_WHY = {"reason": "Price far below others of the route"}


def selected(objects: Objects) -> int:
    """Open an audit of which its party was not told; return its number."""
    wanted = {"declarations": [objects.released()], **_WHY}
    return int(objects.ask("officer", "POST", "/audits", wanted)["id"])


def audit(objects: Objects) -> int:
    """Open an audit and tell its party, ``TRADER``; return its number."""
    number = selected(objects)
    objects.ask("supervisor", "POST", f"/audits/{number}/notification", _team(objects))
    return number


_DEARER: dict[str, Any] = {
    "changes": [{"item": 1, "datum": "description", "value": "Wooden desks for offices"}],
    "reason": "The description was too general",
}


def correction(objects: Objects) -> int:
    """Let an officer propose a correction that changes money; return its number."""
    mrn, reason = objects.released(), {"reason": "The price is not the contract's"}
    changes = [{"item": 1, "datum": "price", "value": "99999.00"}]
    path, body = f"/declarations/{mrn}/corrections", {"changes": changes, **reason}
    return int(objects.ask("officer", "POST", path, body)["id"])


def corrected(objects: Objects) -> int:
    """Let an officer correct what changes no money, which is done at once; return its number."""
    path = f"/declarations/{objects.released()}/corrections"
    return int(objects.ask("officer", "POST", path, _DEARER)["id"])


def appeal(objects: Objects) -> int:
    """Appeal, as ``TRADER``, against a correction that an officer made; return its number."""
    return int(objects.ask(TRADER, "POST", "/appeals", _appealing(objects))["id"])


def _appealing(objects: Objects) -> dict[str, Any]:
    grounds = {"grounds": "It was described rightly.", "suspension": True}
    return {"against": "correction", "number": corrected(objects), **grounds}


def claim(objects: Objects) -> int:
    """Claim money back as ``TRADER``; return the claim's number."""
    mrn, body = _claiming(objects)
    return int(objects.ask(TRADER, "POST", f"/declarations/{mrn}/claims", body)["id"])


def _claiming(objects: Objects) -> tuple[str, dict[str, Any]]:
    mrn = objects.released()
    tax = api_payments.paid(objects, mrn)
    return mrn, {"lines": [{"tax": tax, "amount": 1}], "grounds": "The invoice was credited."}


def right_data(objects: Objects, who: str) -> dict[str, Right]:
    """Return right data of the operations that one of ``READY`` has after release."""
    role = ROLE_OF[who]
    if role not in CUSTOMS | {Role.AUDITOR} and who != TRADER:
        return {}
    told = {"number": audit(objects)}
    done, open_one = {"number": corrected(objects)}, {"number": appeal(objects)}
    found = {
        "getAudit": Right(told),
        "getCorrection": Right(done),
        "getAppeal": Right(open_one),
        "getClaim": Right({"number": claim(objects)}),
    }
    if who == TRADER:
        found["answerFindings"] = Right(told, {"answer": "The price is the contract's."})
        found["discloseError"] = Right(
            {"mrn": objects.released()}, {"what": "Freight of invoice 17 was left out"}
        )
        found["lodgeAppeal"] = Right(body=_appealing(objects))
        found["withdrawAppeal"] = Right(open_one)
        mrn, body = _claiming(objects)
        found["lodgeClaim"] = Right({"mrn": mrn}, body)
        found["withdrawClaim"] = Right({"number": claim(objects)})
    if role in CUSTOMS:
        found |= {
            "proposeCorrection": Right({"mrn": objects.released()}, _DEARER),
            "confirmCorrection": Right({"number": correction(objects)}, {"confirm": True}),
            "admitAppeal": Right(open_one, {"admit": True, "suspend": True}),
            "hearAppeal": Right(open_one, {"record": "Both were heard."}),
            "openAudit": Right(body={"declarations": [objects.released()], **_WHY}),
            "beginFieldwork": Right(told),
            "draftFindings": Right(told, {"findings": "Nothing was found."}),
            "closeHearing": Right(told),
            "decideClaim": Right({"number": claim(objects)}, {"reasons": "It was owed."}),
        }
    if role == Role.SUPERVISOR:
        found |= {
            "passOverSelection": Right({"number": _waiting(objects)}, _WHY),
            "notifyAudit": Right({"number": selected(objects)}, _team(objects)),
            "dropAudit": Right({"number": selected(objects)}, _WHY),
            "decideAppeal": Right(open_one, {"outcome": "upheld", "reasons": "As it was."}),
            "decideAudit": Right(told, {"upheld": True, "reasons": "As drafted."}),
        }
    return found


def _waiting(objects: Objects) -> int:
    """Return the number of what was selected, but by the draw; 1 where nothing was."""
    rows = objects.ask("supervisor", "GET", "/audit-selections")["items"]
    return next((int(row["id"]) for row in rows if row["channel"] != "random"), 1)


def _team(objects: Objects) -> dict[str, Any]:
    return {"team": [objects.desk()], **_WHY}
