r"""Targeting cases: what an alert opens, who reviewed it, and the target note that ends it.

::

    new --review--> reviewed --target--> targeted      a note with a wish: inspect, hold or both
     |                  \--clear--> cleared
     \--target | clear (a case may be decided at the first look)

The note is announced; the rooms that hold goods and look at them stand above and are told by
``site``. A case on a transport document that was targeted reaches every declaration that draws on
the document later.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from clearway.audit.actor import Actor
from clearway.declarations.service import needed_reason
from clearway.events.service import Act, act
from clearway.intelligence import access, events, queries
from clearway.intelligence.models import Alert, Case, Match
from clearway.intelligence.rules import WISHES
from clearway.vocabulary.errors import DataRefused, StateForbids

ACTS: Final = {
    ("new", "review"): "reviewed",
    ("new", "target"): "targeted",
    ("new", "clear"): "cleared",
    ("reviewed", "target"): "targeted",
    ("reviewed", "clear"): "cleared",
}
"""The state after an act, by the state before it."""


def alert(
    doing: Act,
    about: str,
    number: str,
    found: Sequence[tuple[Match, str]],
    *,
    office: str = "",
    expected_at: datetime | None = None,
) -> Case | None:
    """Open a case on a record for what its traces may be, or add to the one that is open.

    Nothing new, nothing opened: an alert that a case on this record holds already, open or
    decided, is not raised again.
    """
    rows = list(queries.cases().filter(about=about, number=number).order_by("id"))
    told = set(Alert.objects.filter(case__in=rows).values_list("match", "role"))
    new = [(match, role) for match, role in found if (match.pk, role) not in told]
    if not new:
        return None
    case = next((row for row in rows if row.state in queries.OPEN_CASE), None)
    if case is None:
        case = Case.objects.create(
            about=about, number=number, office=office, opened_at=doing.at, expected_at=expected_at
        )
    Alert.objects.bulk_create(
        Alert(case=case, match=match, role=role, at=doing.at) for match, role in new
    )
    doing.announce(
        events.CASE_OPENED,
        f"targeting_case:{case.pk}",
        {"about": about, "number": number, "alerts": len(new)},
    )
    return case


def decide(actor: Actor, number: int, *, what: str, note: str = "", wish: str = "") -> Case:
    """Review, target or clear a case.

    Args:
        actor: a targeter.
        number: the case's.
        what: review, target or clear.
        note: the target note, or why it is cleared; needed for both.
        wish: of a target note: inspect, hold or both.

    Raises:
        NotThere: no such case for this actor.
        StateForbids: its state does not allow it.
        DataRefused: there is no note, or no such wish.
    """
    access.case_for(actor, number)
    note = needed_reason(note)[:2000] if what != "review" else ""
    if what == "target" and wish not in WISHES:
        raise DataRefused(
            "A target note says what is wished.",
            faults=(("/body/wish", f"one of {', '.join(WISHES)}"),),
            remedy="Say whether the goods are to be held, looked at, or both.",
        )
    with act(actor) as doing:
        row = Case.objects.select_for_update().get(pk=number)
        after = ACTS.get((row.state, what))
        if after is None:
            raise StateForbids(
                f"The case is {row.state}; that does not allow this now.",
                remedy="Look where it stands now.",
            )
        row.state = after
        if what == "review":
            row.reviewed_by, row.reviewed_at = actor.name, doing.at
        else:
            row.decided_by, row.decided_at = actor.name, doing.at
            row.decided_office, row.decided_organisation = actor.office, actor.organisation
            row.note, row.wish = note, wish if what == "target" else ""
        row.save()
        kind = {"review": events.CASE_REVIEWED, "target": events.TARGETED}.get(
            what, events.CASE_CLEARED
        )
        doing.announce(kind, f"targeting_case:{row.pk}", told_of(row, row.about, row.number))
        if what == "target" and row.about == "document":
            for mrn in queries.mrns_on(row.number):
                reach(doing, row, mrn)
    return row


def reach(doing: Act, case: Case, mrn: str) -> None:
    """Tell that a note about a transport document reaches a declaration that draws on it."""
    body = told_of(case, "declaration", mrn)
    doing.announce(events.TARGETED, f"targeting_case:{case.pk}", {**body, "reached": True})


def told_of(case: Case, about: str, number: str) -> dict[str, object]:
    """Return what the news of a case hold: what it is about and whose officer decided."""
    return {
        "case": case.pk,
        "about": about,
        "number": number,
        "wish": case.wish,
        "office": case.decided_office,
        "organisation": case.decided_organisation,
        "by": case.decided_by,
    }
