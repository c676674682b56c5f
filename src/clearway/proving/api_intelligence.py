"""Lists, matches, cases, intelligence, laid through the API; right data of their operations."""

from __future__ import annotations

import time
from typing import Any, Final

from clearway.audit.actor import Role
from clearway.proving.api_objects import CUSTOMS, NUMBERS, ROLE_OF, TRADER, Objects, Right

SDN: Final = b'36,"AEROCARIBBEAN AIRLINES",-0- ,"CUBA"' + b",-0- " * 8 + b"\n"
"""A published list of one entry."""
SDN_SENT: Final = "SDN"
"""Stands in the examples for the bytes of ``SDN``."""
_WHY: Final = "Undervalued twice"
_NAMED: Final = "Atlas Works"
"""Exporter of the declaration that the examples lodge."""
_TRIES: Final = 200


def right_data(objects: Objects, who: str) -> dict[str, Right]:
    """What somebody who works with intelligence, or audits it, has to do with."""
    role = ROLE_OF[who]
    if role not in CUSTOMS | {Role.ANALYST, Role.AUDITOR}:
        return {}
    match = found_match(objects)
    found = {
        "listWatchEntries": Right({"code": own_list(objects)}),
        "listListVersions": Right({"code": sanctions_list(objects)}),
        "getWatchEntry": Right({"number": entry(objects)}),
        "getTargetingCase": Right({"number": found_case(objects)}),
        "getIntelligence": Right({"number": piece(objects)}),
        "showLinks": Right({"key": match["key"], "steps": 2}),
        "searchNames": Right(body={"name": _NAMED, "reason": _WHY}),
    }
    if role in CUSTOMS | {Role.AUDITOR}:
        found["listWatchHits"] = Right({"mrn": objects.declaration()})
    if role == Role.AUDITOR:
        return found
    found |= {
        "proposeWatchEntry": Right({"code": own_list(objects)}, entry_wanted("alert")),
        "recordIntelligence": Right(body=piece_wanted()),
        "amendIntelligence": Right(
            {"number": piece(objects)}, {**piece_wanted(), "why": "Heard again"}
        ),
        "linkIntelligence": Right(
            {"number": piece(objects)}, {"kind": "party", "key": NUMBERS[TRADER]}
        ),
        "closeIntelligence": Right({"number": piece(objects)}, {"reason": "Settled"}),
        "decideTargetingCase": Right({"number": found_case(objects)}, {"act": "review"}),
        "decideMatch": Right({"number": match["id"]}, {"confirm": True, "reason": "Same address"}),
    }
    found["decideMatches"] = Right(
        body={"numbers": [match["id"]], "confirm": False, "reason": "Another address"}
    )
    if role in {Role.ANALYST, Role.SUPERVISOR}:
        decision = {"approve": True, "reason": "Agreed"}
        code = sanctions_list(objects)
        found |= {
            "makeWatchlist": Right(body=list_wanted(objects, "targeting")),
            "decideWatchEntry": Right({"number": entry(objects, "stop")}, decision),
            "endWatchEntry": Right({"number": entry(objects)}, {"reason": "Settled"}),
            "decideListVersion": Right({"code": code, "version": 1}, decision),
            "importListVersion": Right(
                {"code": made_list(objects, "sanctions")},
                {"sdn": SDN_SENT, "label": "1", "published": "2026-02-27", "reason": "Weekly"},
            ),
        }
    return found


def list_wanted(objects: Objects, kind: str) -> dict[str, Any]:
    """Return a list to be made."""
    return {"code": objects.name(), "name": "Of the check", "kind": kind}


def made_list(objects: Objects, kind: str) -> str:
    """Make a list and return its code."""
    told = list_wanted(objects, kind)
    return str(objects.ask("analyst2", "POST", "/watchlists", told)["code"])


def own_list(objects: Objects) -> str:
    """Return the code of a targeting list."""
    return made_list(objects, "targeting")


def sanctions_list(objects: Objects) -> str:
    """Return the code of a sanctions list of which a version waits for a second person."""
    code = made_list(objects, "sanctions")
    data = {"label": "1", "published": "2026-02-27", "reason": "Weekly"}
    path, files = f"/watchlists/{code}/versions", {"sdn": ("sdn.csv", SDN)}
    objects.ask("analyst2", "POST", path, files=files, data=data)
    return code


def entry_wanted(effect: str, name: str = "Nguyễn Văn Ân") -> dict[str, Any]:
    """Return an entry to be proposed."""
    return {"kind": "person", "name": name, "effect": effect, "reason": _WHY,
            "starts": "2026-03-01", "ends": "2027-03-01"}  # fmt: skip


def entry(objects: Objects, effect: str = "alert", name: str = "Nguyễn Văn Ân") -> int:
    """Propose an entry and return its number; one that stops goods waits for a second person."""
    path = f"/watchlists/{own_list(objects)}/entries"
    return int(objects.ask("analyst2", "POST", path, entry_wanted(effect, name))["id"])


def piece_wanted() -> dict[str, Any]:
    """Return intelligence to be recorded."""
    return {"source": "A carrier", "reliability": "B", "credibility": "2", "subject_kind": "party",
            "subject": _NAMED, "text": "Pallets were changed.", "reasons": _WHY,
            "audience": "analysts", "ends": "2027-03-01"}  # fmt: skip


def piece(objects: Objects) -> int:
    """Record intelligence and return its number."""
    return int(objects.ask("officer", "POST", "/intelligence", piece_wanted())["id"])


def found_match(objects: Objects) -> dict[str, Any]:
    """Look for somebody whom a declaration names, lodge it, and return the match."""
    number = entry(objects, name=_NAMED)
    objects.declaration()
    for _ in range(_TRIES):
        page = objects.ask("analyst2", "GET", "/watch-matches?limit=200")
        for one in page["items"]:
            if one["entry"]["id"] == number:
                return dict(one)
        time.sleep(0.05)
    return {"id": 0, "key": ""}


def found_case(objects: Objects) -> int:
    """Return the number of a case that a new match opened."""
    found_match(objects)
    return int(objects.ask("analyst2", "GET", "/targeting-cases")["items"][0]["id"])
