"""Applications, permits and papers on a running demonstration, with right data of operations."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any, Final

from clearway.audit.actor import Role
from clearway.proving.api_objects import CUSTOMS, LODGERS, ROLE_OF, TRADER, Objects, Right
from clearway.vocabulary.errors import DefectFound

_WHY: Final = {"reason": "Not what was applied for"}
_ASKED: Final = {"question": "Of which harvest?"}
_WHEAT: Final = "10019910"
_CHEESE: Final = "04061090"


def wish() -> dict[str, Any]:
    """Return an application for goods that two agencies are concerned with."""
    wheat = {"commodity": _WHEAT, "description": "Wheat", "quantity": "500", "unit": "KGM"}
    cheese = {**wheat, "commodity": _CHEESE, "description": "Cheese"}
    return {"direction": "IM", "country": "US", "lines": [wheat, cheese]}


def application(objects: Objects, who: str) -> dict[str, Any]:
    """Apply for permits; return the application."""
    told: dict[str, Any] = objects.ask(who, "POST", "/applications", wish())
    return told


def case(objects: Objects, who: str) -> int:
    """Apply for permits; return the number of the case at plant health."""
    cases = application(objects, who)["cases"]
    return next(int(one["id"]) for one in cases if one["agency"] == "PHI")


def asked_case(objects: Objects, who: str) -> int:
    """Apply and let plant health ask; return the number of the case."""
    number = case(objects, who)
    objects.ask("agency", "POST", f"/permit-cases/{number}/questions", _ASKED)
    return number


def permit(objects: Objects, who: str) -> int:
    """Let plant health grant a permit; return its number."""
    path = f"/permit-cases/{case(objects, who)}/decision"
    return int(objects.ask("agency", "POST", path, {"approve": True})["permits"][0]["id"])


def plants(objects: Objects, who: str) -> str:
    """Lodge a declaration with a paper of plant health's, and wait; return its MRN."""
    message = objects.message(who)
    item = message["Declaration"]["GoodsShipment"]["GovernmentAgencyGoodsItem"][0]
    item["Commodity"]["Classification"] = [{"ID": _WHEAT, "IdentificationTypeCode": "TSP"}]
    paper = {"CategoryCode": "N", "TypeCode": "851", "ID": objects.name()}
    item["AdditionalDocument"] = [*item.get("AdditionalDocument", []), paper]
    mrn = str(objects.ask(who, "POST", "/declarations", message)["mrn"])
    _until(lambda: _needs(objects, mrn))
    return mrn


def paper(objects: Objects, who: str) -> int:
    """Lodge a declaration with a paper of plant health's; return the number of the need."""
    return int(_needs(objects, plants(objects, who))[0]["id"])


def _needs(objects: Objects, mrn: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]]
    found = objects.ask("supervisor", "GET", f"/declarations/{mrn}/permits")["needs"]
    return found


def _until(there: Callable[[], Any], seconds: int = 60) -> None:
    """Wait until the news has been told.

    Raises:
        DefectFound: it was not, in all that time.
    """
    for _ in range(seconds * 10):
        if there():
            return
        time.sleep(0.1)
    raise DefectFound("what was announced has not been followed")


def right_data(objects: Objects, who: str) -> dict[str, Right]:
    """Return what may be done with permits: by who applies, by plant health, by who reads."""
    role = ROLE_OF[who]
    owner = who if role in LODGERS else TRADER
    found = {"listRequirements": Right({"commodity": _WHEAT, "country": "US"})}
    if role in LODGERS | CUSTOMS | {Role.AUDITOR, Role.AGENCY}:
        found["getApplication"] = Right({"number": application(objects, owner)["id"]})
        found["getPermit"] = Right({"number": permit(objects, owner)})
    if role in LODGERS | CUSTOMS | {Role.AUDITOR}:
        found["getJointStatus"] = Right({"mrn": objects.declaration(owner)})
    if role in LODGERS:
        answer = {"answer": "Of 2025"}
        found["applyForPermit"] = Right(body=wish())
        found["answerInformation"] = Right({"number": asked_case(objects, who)}, answer)
    return found | (_agency(objects) if who == "agency" else {})


def _agency(objects: Objects) -> dict[str, Right]:
    seen = {"mrn": plants(objects, TRADER)}
    return {
        "getPermitCase": Right({"number": case(objects, TRADER)}),
        "askInformation": Right({"number": case(objects, TRADER)}, _ASKED),
        "wantInspection": Right({"number": case(objects, TRADER)}, _WHY),
        "decidePermitCase": Right({"number": case(objects, TRADER)}, {"approve": True}),
        "revokePermit": Right({"number": permit(objects, TRADER)}, _WHY),
        "decidePaper": Right({"number": paper(objects, TRADER)}, {"decision": "confirm"}),
        "getAgencyView": Right(seen),
        "getAgencyField": Right({**seen, "field": "items.net_mass"}),
    }
