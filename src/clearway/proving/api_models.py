"""Models, laid beside the API, and right data of their operations."""

from __future__ import annotations

import json
from typing import Final

from clearway.audit.actor import Role
from clearway.proving.api_objects import ROLE_OF, Objects, Right

_MAKER: Final = "analyst2"
_WHY: Final = {"reason": "The figures hold"}


def right_data(objects: Objects, who: str) -> dict[str, Right]:
    """Return right data of the operations on models, as far as a role has them."""
    role = ROLE_OF[who]
    if role not in {Role.ANALYST, Role.SUPERVISOR, Role.AUDITOR}:
        return {}
    serving = objects.promised.get("model", 0)
    (known,) = laid(objects, "trained")
    found = {"getModel": Right(known[0])}
    if role is Role.AUDITOR:
        return found
    ended, promoted, refused = laid(objects, "trained", "proposed", "proposed", serving=serving)
    objects.promised["model"] = promoted[0]["number"]
    found |= {
        "retireModel": Right(ended[0], _WHY),
        "promoteModel": Right(promoted[0], {**promoted[1], **_WHY}),
        "refuseModel": Right(refused[0], {**refused[1], **_WHY}),
    }
    if role is Role.ANALYST:
        trained, tested, shadow = laid(objects, "trained", "tested", "shadow", serving=serving)
        found |= {
            "testModel": Right(trained[0]),
            "shadowModel": Right(tested[0], tested[1]),
            "proposeModel": Right(shadow[0], {**shadow[1], **_WHY}),
        }
    return found


def laid(
    objects: Objects, *states: str, serving: int = 0
) -> list[tuple[dict[str, int], dict[str, str]]]:
    """Lay models in some states; return the number of each, and the digest that is seen of it."""
    wanted = [(state, serving) for state in states]
    objects.beside("clearway.proving.shown_models", json.dumps(wanted))
    told = objects.ask(_MAKER, "GET", "/models?limit=200")["items"][: len(states)]
    return [({"number": one["number"]}, {"seen": one["digest"]}) for one in reversed(told)]


def ordered(objects: Objects) -> int:
    """Order a model; return its number."""
    return int(objects.ask(_MAKER, "POST", "/models")["number"])
