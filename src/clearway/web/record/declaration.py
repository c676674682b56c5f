"""The page of one declaration: the same record for everybody, with the acts of him who looks."""

from __future__ import annotations

from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from clearway.assessment import queries as assessment
from clearway.audit import clock
from clearway.audit.actor import Actor, Role
from clearway.audit.permission import CUSTOMS
from clearway.clearance import access as goods
from clearway.clearance import queries as clearance
from clearway.clearance import standing
from clearway.clearance.holds import LEFT
from clearway.declarations import access, queries
from clearway.declarations.kinds import EXPORT
from clearway.declarations.life_cycle import AFTER_RELEASE, BEFORE_RELEASE
from clearway.declarations.models import Declaration
from clearway.inspection import queries as inspection
from clearway.permits import queries as permits
from clearway.post_clearance import standing as afterwards
from clearway.reference.in_force import reference_at
from clearway.web.after_release import of_declaration as after_release
from clearway.web.documents.prints import of_declaration
from clearway.web.language import language_for
from clearway.web.money import notices as money
from clearway.web.record import telling
from clearway.web.visitors import page

_PARTS: Final = frozenset({"states", "timeline", "whole"})
"""They renew themselves. Each renewal is noted as a read: it shows what was not there before."""
_INSPECTED: Final = frozenset({"under_control", "documents_requested", "assessed"})
_LODGERS: Final = frozenset({Role.TRADER, Role.BROKER, Role.PLATFORM})


@page("getDeclaration", access.OPERATIONS)
def declaration(request: HttpRequest, actor: Actor, key: str) -> HttpResponse:
    """Show a declaration."""
    found = access.declaration_for(actor, key)
    access.note_read(actor, found, "page")
    wanted = request.GET.get("part", "")
    template = f"web/record/{wanted if wanted in _PARTS else 'declaration'}.html"
    return render(request, template, told(request, actor, found))


def told(request: HttpRequest, actor: Actor, found: Declaration) -> dict[str, Any]:
    """Return what the page of a declaration shows to its reader."""
    language = language_for(request)
    lodgement = telling.lodgement_of(found)
    newest = assessment.newest(found.pk)
    charges = [] if newest is None else list(assessment.charges(newest.pk))
    by_item = telling.charges_by_item(charges)
    items = queries.items(found)
    official = actor.has(*CUSTOMS) and found.organisation != actor.organisation
    held = clearance.assignment(found.pk) if official else None
    needs = list(permits.needs(found.pk))
    owner = found.organisation == actor.organisation and actor.has(*_LODGERS)
    return {
        "declaration": found,
        "subject": f"declaration:{found.mrn or found.pk}",
        "heading": telling.heading(lodgement),
        "lodgement": lodgement,
        "parties": telling.parties(lodgement),
        "items": [(item, by_item.get(item.item, [])) for item in items],
        "value": sum(item.value or 0 for item in items),
        "assessment": newest,
        "totals": [] if newest is None else telling.totals(charges, newest),
        "office": "" if newest is None else telling.office(found, newest),
        "findings": [] if newest is None else telling.together(telling.findings(newest, language)),
        "why": None if newest is None else telling.why(actor, found, newest, language),
        "questions": [] if newest is None else list(assessment.questions(newest.pk)),
        "timeline": telling.timeline(actor, found),
        "documents": list(queries.documents(found)),
        "needs": needs,
        "joint": permits.status_of(needs),
        "open_request": queries.open_request(found),
        "owner": owner,
        "official": official,
        "held": held,
        "mine": held is not None and held.officer == actor.name,
        "proposal": clearance.proposal(found.pk) if official else None,
        "waits": found.state in clearance.WAITING,
        "assessed": found.state == "assessed",
        "debt_open": found.debt_state == "assessed",
        "before_release": found.state in BEFORE_RELEASE,
        "after_release": found.state in AFTER_RELEASE,
        **_goods(actor, found, official=official),
        **money.debt(actor, found),
        **of_declaration(actor, found),
        **after_release.of_declaration(actor, found, official=official, owner=owner),
        "inspections": list(inspection.of_declaration(found.pk)),
        "doubts": list(inspection.doubts_of(found.pk)),
        "may_inspect": official and found.state in _INSPECTED,
    }


def _goods(actor: Actor, found: Declaration, *, official: bool) -> dict[str, Any]:
    """Return who holds the ball, who holds the goods, and how far an export has come."""
    may_hold = official and found.mrn is not None and found.goods_state not in LEFT
    law = reference_at(clock.now()).settings if may_hold else {}
    holds = clearance.holds_on(found)
    released = sorted(clearance.released_items(found)) if found.state in BEFORE_RELEASE else []
    return {
        "balls": [*standing.balls(found, holds), *_afterwards(actor, found)],
        "holds": [(hold, official and goods.owns(actor, hold)) for hold in holds],
        "may_hold": may_hold,
        "hold_reason": law.get("clearance.hold_reason", ""),
        "parts_released": ", ".join(map(str, released)),
        "exit": clearance.exit_of(found) if found.direction == EXPORT else None,
    }


def _afterwards(actor: Actor, found: Declaration) -> list[standing.Ball]:
    """Return who holds the ball in audits, corrections and appeals that this reader may know."""
    return afterwards.balls(actor, found) if found.state in AFTER_RELEASE else []
