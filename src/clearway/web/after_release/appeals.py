"""Appeals against decisions after release: lodged, admitted, heard, decided, each in its time."""

from __future__ import annotations

from typing import Any, Final

from django.http import HttpRequest, HttpResponseBase
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from clearway.audit import clock
from clearway.audit.actor import Actor
from clearway.declarations.access import decidable
from clearway.post_clearance import access, appealing, standing
from clearway.post_clearance.access import OPERATIONS
from clearway.post_clearance.life_cycle import APPEAL, OPEN_APPEALS
from clearway.post_clearance.models import Appeal
from clearway.reference.in_force import reference_at
from clearway.vocabulary.errors import NotThere
from clearway.web.after_release import acting
from clearway.web.after_release.acting import LONGEST, Pages, may, note, rows_of
from clearway.web.filling import Field
from clearway.web.language import language_for
from clearway.web.listing import Column
from clearway.web.visitors import chosen, page, typed, whole_number
from clearway.web.words import words


def _ball(row: Appeal) -> str:
    found = standing.of_appeal(row)
    return "" if found is None else found.holder


def _due(row: Appeal) -> int | None:
    """Return the administration's day that runs now."""
    if row.state not in OPEN_APPEALS:
        return None
    return row.admit_due if row.state == "lodged" else row.decide_due


APPEALS: Final = acting.listing(
    "appeals",
    "appeals_hint",
    access.visible_appeals,
    APPEAL,
    (
        Column("appeal_number", lambda row: str(row.pk), "code"),
        Column("mrn", lambda row: row.declaration.mrn, "code"),
        Column("appeal_against", lambda row: row.kind, "word:appeal_against"),
        Column("appeal_state", lambda row: row.state, "state:appeal_state"),
        Column("up_to", _ball, "word:ball"),
        Column("due", _due, "day"),
        Column("lodged_at", lambda row: row.lodged_at, "instant"),
        Column("appeal_outcome", lambda row: row.outcome, "word:appeal_outcome"),
    ),
)
listed = acting.list_page("listAppeals", APPEALS)
_ASKED: Final = (
    Field("grounds", "area", longest=LONGEST),
    Field("suspension", "several", ("yes",), "suspension", required=False),
)


@require_http_methods(["GET", "POST"])
@page("lodgeAppeal", OPERATIONS)
def new(request: HttpRequest, actor: Actor) -> HttpResponseBase:
    """Appeal against a decision; the address says against which."""
    kind, number = _against(request)
    told = words(language_for(request))

    def lodge(given: Any) -> str:
        waits = bool(given["suspension"])
        made = appealing.lodge(actor, kind, number, given["grounds"], wants_suspension=waits)
        return reverse("appeal", args=[made.pk])

    heading = f"{told['lodge_appeal']}: {told[f'appeal_against_{kind}']} {number}"
    trail = (reverse("appeals"), told["menu_appeals"])
    return acting.asked(
        request, _ASKED, lodge, "lodge_appeal", "lodge_appeal_hint", trail, heading=heading
    )


def _against(request: HttpRequest) -> tuple[str, int]:
    kind = request.GET.get("against", "")
    number = whole_number(request.GET.get("number", ""))
    if kind not in appealing.KINDS or number is None:
        raise NotThere("There is no such decision.", remedy="Begin from the page of the decision.")
    return kind, number


def _told(request: HttpRequest, actor: Actor, number: int) -> dict[str, Any]:
    """Return an appeal with its clocks and its decision."""
    found = access.appeal_for(actor, number)
    note(actor, f"appeal:{found.pk}", [found])
    own = found.organisation == actor.organisation
    official = not own and decidable(actor).filter(pk=found.declaration_id).exists()
    impartial = official and appealing.is_impartial(actor, found)
    may_decide = impartial and found.state == "heard" and may(actor, "decideAppeal")
    return {
        "appeal": found,
        "declaration": found.declaration,
        "currency": reference_at(clock.now()).currency,
        "ball": standing.of_appeal(found),
        "partial": official and not impartial and found.state in OPEN_APPEALS,
        "may_admit": impartial and found.state == "lodged" and may(actor, "admitAppeal"),
        "may_hear": impartial and found.state == "admitted" and may(actor, "hearAppeal"),
        "may_decide": may_decide,
        "may_withdraw": own and found.state in OPEN_APPEALS and may(actor, "withdrawAppeal"),
        "rows": rows_of(request, ("tax", "amount")) if may_decide else (),
        "taxes": acting.taxes_of(found.declaration_id) if may_decide else (),
        "outcomes": appealing.OUTCOMES,
    }


def _admit(request: HttpRequest, actor: Actor, number: int) -> object:
    how = chosen(request, "decision", {"admit", "suspend", "refuse"})
    return appealing.admit(
        actor,
        number,
        admitted=how != "refuse",
        suspended=how == "suspend",
        reason=typed(request, "reason"),
    )


def _decide(request: HttpRequest, actor: Actor, number: int) -> object:
    outcome = chosen(request, "outcome", set(appealing.OUTCOMES))
    return appealing.decide(
        actor,
        number,
        outcome,
        typed(request, "reasons", LONGEST),
        taken_back=acting.amounts(request) if outcome == "changed" else (),
    )


_PAGES: Final = Pages("appeal", _told)
one = _PAGES.one("getAppeal")
admit = _PAGES.act("admitAppeal", _admit, "reason")
hear = _PAGES.act(
    "hearAppeal",
    lambda request, actor, number: appealing.hear(actor, number, typed(request, "record", LONGEST)),
    "record",
)
decide = _PAGES.act("decideAppeal", _decide, "reasons")
withdraw = _PAGES.act(
    "withdrawAppeal", lambda _, actor, number: appealing.withdraw(actor, number), "standing"
)
