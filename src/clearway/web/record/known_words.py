"""What intelligence knows of a declaration: entries behind its flags, and whom its record names."""

from __future__ import annotations

import re
from typing import Any, Final

from clearway.audit.actor import Actor
from clearway.declarations.models import Declaration
from clearway.intelligence import access, queries
from clearway.web.words import words

_ITEM: Final = re.compile(r"(\w+)\[(\d+)\]")
_SANCTIONS: Final = "sanctions"


def hits(actor: Actor, declaration: Declaration, language: str) -> list[dict[str, Any]]:
    """Return the entries of lists behind a declaration's flags, the latest version first.

    Empty for those who may not see them; whoever sees them is noted.
    """
    if not actor.has(*access.OPERATIONS["listWatchHits"]):
        return []
    found = queries.hits(declaration.pk)
    access.note_read(actor, f"hits:{declaration.pk}", [one.pk for one in found])
    return [{"hit": one, **_flag(one.flag, language)} for one in found]


def _flag(flag: str, language: str) -> dict[str, Any]:
    parted = _ITEM.fullmatch(flag)
    name, item = (parted[1], int(parted[2])) if parted else (flag, None)
    key = "says_sanctions_match" if name == _SANCTIONS else f"says_{name}_on_watchlist"
    return {"says": words(language)[key], "item": item}


def named(actor: Actor, declaration: Declaration) -> list[dict[str, Any]]:
    """Return whom and what the record names, each once with its roles, for the view of links.

    Empty for those who may not see links.
    """
    if not actor.has(*access.OPERATIONS["showLinks"]) or not declaration.mrn:
        return []
    found: dict[int, dict[str, Any]] = {}
    for one in queries.appearances_in([declaration.mrn]):
        if one.about != "declaration":
            continue
        own = found.setdefault(one.trace_id, {"trace": one.trace, "roles": []})
        own["roles"].append(one.role)
    access.note_read(actor, f"named:{declaration.pk}", list(found))
    return list(found.values())
