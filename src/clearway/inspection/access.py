"""Who may do what in this room. Unknown and forbidden answer alike.

Customs reads the openings at its office, a partner agency those that it asked for, auditors all.
Only who was drawn inspects; a supervisor draws and approves, and never what he took part in.
"""

from __future__ import annotations

from typing import Final

from django.db.models import QuerySet

from clearway.accounts.permission import CUSTOMS, Operations
from clearway.accounts.queries import names_of_person
from clearway.audit import service as audit
from clearway.audit.actor import Actor, Role
from clearway.declarations.access import decidable, visible
from clearway.declarations.models import Declaration
from clearway.inspection import queries
from clearway.inspection.models import Interest, Opening, ValueDoubt
from clearway.vocabulary.errors import NotThere, StateForbids

_SUPERVISOR: Final = frozenset({Role.SUPERVISOR})
_INSPECTORS: Final = frozenset({Role.OFFICER, Role.AGENCY})
_OFFICIALS: Final = CUSTOMS | {Role.AGENCY}
_READERS: Final = _OFFICIALS | {Role.AUDITOR}

_TRADE: Final = frozenset({Role.TRADER, Role.BROKER, Role.PLATFORM})
OPERATIONS: Final[Operations] = {
    "listInspections": _READERS,
    "getInspection": _READERS,
    "listDeclarationInspections": _TRADE | CUSTOMS | {Role.AUDITOR},
    "orderInspection": CUSTOMS,
    "drawInspectors": _SUPERVISOR,
    "listDraws": _SUPERVISOR | {Role.AUDITOR},
    "startInspection": _INSPECTORS,
    "answerChecklist": _INSPECTORS,
    "recordFinding": _INSPECTORS,
    "withdrawFinding": _INSPECTORS,
    "keepPhoto": _INSPECTORS,
    "getPhoto": _READERS,
    "takeSample": _INSPECTORS,
    "recordLabResult": _INSPECTORS,
    "recordSeal": _INSPECTORS,
    "giveResult": _INSPECTORS,
    "approveInspection": _SUPERVISOR,
    "getInspectionReport": _READERS,
    "listLabels": _SUPERVISOR | {Role.AUDITOR},
    "listInterests": _READERS,
    "declareInterest": _OFFICIALS,
    "endInterest": _SUPERVISOR,
    "openValueDoubt": CUSTOMS,
    "listValueDoubts": _TRADE | CUSTOMS | {Role.AUDITOR},
    "getValueDoubt": _TRADE | CUSTOMS | {Role.AUDITOR},
    "replyToValueDoubt": _TRADE,
    "tellGrounds": CUSTOMS,
    "fixSecurity": CUSTOMS,
    "coverSecurity": CUSTOMS,
    "decideValueDoubt": CUSTOMS,
}
"""The roles that have each operation."""


def opening_for(actor: Actor, number: int, *, to: str = "read") -> Opening:
    """Return an opening for somebody who may do this with it.

    Args:
        actor: who asks.
        number: the opening's.
        to: read, inspect, supervise (draw a team anew) or approve.

    Raises:
        NotThere: there is none, or none for this actor; the refusal is logged.
        StateForbids: he sees it and may not do this: he was not drawn, declared an interest, or
            took part in what he would approve. It is logged too.
    """
    found = queries.opening(number)
    if found is None or not _sees(actor, found):
        _refuse(actor, number if found is not None else 0, to)
        raise NotThere("There is no such inspection.", remedy="Look at the list anew.")
    if to == "inspect":
        _refuse_unless_drawn(actor, found)
    elif to in {"supervise", "approve"} and not _supervises(actor, found):
        _refuse(actor, number, to)
        raise NotThere("There is no such inspection.", remedy="Look at the list anew.")
    if to == "approve" and _took_part(actor, found):
        _refuse(actor, number, to)
        raise StateForbids(
            "Who took part in an inspection does not approve what it found.",
            remedy="Another supervisor approves it.",
        )
    return found


def openings(actor: Actor) -> QuerySet[Opening]:
    """Return the openings that an actor may read."""
    return queries.all_openings() if actor.has(Role.AUDITOR) else queries.visible(actor)


def interest_for(actor: Actor, number: int) -> Interest:
    """Return a declared interest for a supervisor who may end it: never one of his own.

    Raises:
        NotThere: there is none, or none for this actor; the refusal is logged.
    """
    found = queries.interest(number)
    if found is None or found.person in names_of_person(actor.name):
        audit.note("refusal", actor, f"interest:{number if found is not None else '~'}")
        raise NotThere("There is no such interest.", remedy="Look at the list anew.")
    return found


def doubts(actor: Actor) -> QuerySet[ValueDoubt]:
    """Return the doubts about values that an actor may read: of the declarations that he may."""
    return queries.doubts(visible(actor))


def doubt_for(actor: Actor, number: int, *, to: str = "read") -> ValueDoubt:
    """Return a doubt about a value for somebody who may do this with it.

    Args:
        actor: who asks.
        number: the doubt's.
        to: read, reply (as who lodged the declaration) or decide (as customs).

    Raises:
        NotThere: there is none, or none for this actor; the refusal is logged.
    """
    found = queries.doubt(number)
    if found is not None:
        rows = {"read": visible, "decide": decidable, "reply": _lodged_by}[to](actor)
        if rows.filter(pk=found.declaration_id).exists():
            return found
    audit.note("refusal", actor, f"value_doubt:{number if found is not None else '~'}", to)
    raise NotThere("There is no such doubt about a value.", remedy="Look at the list anew.")


def _lodged_by(actor: Actor) -> QuerySet[Declaration]:
    return visible(actor).filter(organisation=actor.organisation)


def _sees(actor: Actor, opening: Opening) -> bool:
    return openings(actor).filter(pk=opening.pk).exists()


def _supervises(actor: Actor, opening: Opening) -> bool:
    impartial = decidable(actor).filter(pk=opening.declaration_id).exists()
    return actor.has(Role.SUPERVISOR) and impartial


def _took_part(actor: Actor, opening: Opening) -> bool:
    names = names_of_person(actor.name)
    return queries.members(opening.pk, past=True).filter(person__in=names).exists() or (
        {opening.started_by, opening.result_by} & names != set()
    )


def _refuse_unless_drawn(actor: Actor, opening: Opening) -> None:
    if queries.stands_for(opening.pk, actor) is None:
        _refuse(actor, opening.pk, "inspect")
        raise StateForbids(
            "Only who was drawn for an inspection does it.",
            remedy="A supervisor can have the team drawn anew.",
        )
    if queries.with_interest(opening.declaration) & names_of_person(actor.name):
        _refuse(actor, opening.pk, "inspect")
        raise StateForbids(
            "You declared an interest in a party of this declaration.",
            remedy="A supervisor can have the team drawn anew.",
        )


def _refuse(actor: Actor, number: int, to: str) -> None:
    audit.note("refusal", actor, f"inspection:{number or '~'}", to)
