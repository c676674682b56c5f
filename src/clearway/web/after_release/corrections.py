"""Corrections that customs makes of its own motion: begun by one person, decided by a second."""

from __future__ import annotations

from typing import Any, Final

from django.http import HttpRequest, HttpResponseBase
from django.views.decorators.http import require_http_methods

from clearway.accounts.four_eyes import is_same_person
from clearway.accounts.queries import called
from clearway.audit.actor import Actor
from clearway.declarations.access import decidable, declaration_for
from clearway.post_clearance import access, changing, correcting, standing
from clearway.post_clearance.access import OPERATIONS
from clearway.post_clearance.changing import DATA
from clearway.post_clearance.life_cycle import CORRECTION
from clearway.post_clearance.models import Correction
from clearway.web.after_release import acting
from clearway.web.after_release.acting import Pages, may, note, rows_of
from clearway.web.listing import Column
from clearway.web.visitors import chosen, page, typed

CORRECTIONS: Final = acting.listing(
    "corrections",
    "corrections_hint",
    access.visible_corrections,
    CORRECTION,
    (
        Column("correction_number", lambda row: str(row.pk), "code"),
        Column("mrn", lambda row: row.declaration.mrn, "code"),
        Column("correction_state", lambda row: row.state, "state:correction_state"),
        Column("correction_difference", lambda row: (row.difference, row.currency), "money"),
        Column("proposed_at", lambda row: row.proposed_at, "instant"),
        Column("decided_at", lambda row: row.decided_at, "instant"),
    ),
)
listed = acting.list_page("listCorrections", CORRECTIONS)


@require_http_methods(["GET", "POST"])
@page("proposeCorrection", OPERATIONS)
def new(request: HttpRequest, actor: Actor, key: str) -> HttpResponseBase:
    """Say what a released declaration should have said."""
    found = declaration_for(actor, key, to="decide")

    def propose() -> Correction:
        wanted = [change for _, change in acting.changes(request)]
        return correcting.propose(actor, key, wanted, typed(request, "reason"))

    return acting.made(
        request,
        propose,
        "correction",
        "correct",
        declaration=found,
        rows=rows_of(request, ("item", "datum", "value", "of")),
        data=DATA,
        place="item-1",
    )


def _told(request: HttpRequest, actor: Actor, number: int) -> dict[str, Any]:
    """Return a correction with what it changes and what that comes to."""
    del request
    found = access.correction_for(actor, number)
    note(actor, f"correction:{found.pk}", [found])
    waits = found.state == "proposed" and may(actor, "confirmCorrection")
    official = decidable(actor).filter(pk=found.declaration_id).exists()
    own = found.declaration.organisation == actor.organisation
    people = called([found.proposed_by, *([found.decided_by] if found.decided_by else [])])
    return {
        "correction": found,
        "declaration": found.declaration,
        "changes": changing.read(found.changes),
        "ball": standing.of_correction(found),
        "official": actor.has(*access.OFFICIALS),
        "proposed_by": people[found.proposed_by],
        "decided_by": people.get(found.decided_by, ""),
        "may_confirm": waits and official and not is_same_person(actor, [found.proposed_by]),
        "may_appeal": own and found.state == "done" and may(actor, "lodgeAppeal"),
    }


def _confirm(request: HttpRequest, actor: Actor, number: int) -> object:
    confirmed = chosen(request, "decision", {"confirm", "send_back"}) == "confirm"
    return correcting.confirm(actor, number, confirmed=confirmed, reason=typed(request, "reason"))


_PAGES: Final = Pages("correction", _told)
one = _PAGES.one("getCorrection")
confirm = _PAGES.act("confirmCorrection", _confirm, "reason")
