"""Who has which declaration before him: taking, handing back, reassigning."""

from __future__ import annotations

from django.db import IntegrityError, transaction

from clearway.accounts.queries import in_force
from clearway.audit import clock
from clearway.audit.actor import Actor, Role
from clearway.clearance import events, queries
from clearway.clearance.models import Assignment
from clearway.declarations.access import declaration_for
from clearway.declarations.models import Declaration
from clearway.declarations.queries import locked
from clearway.declarations.service import announce
from clearway.events.service import Act, act
from clearway.vocabulary.errors import DataRefused, StateForbids

MOST_IN_HAND = 25
"""Declarations that one officer may have taken: the queue is everybody's."""


def take_next(actor: Actor, lane: int | None = None) -> Declaration | None:
    """Take what has waited longest at the actor's office; None where nothing waits.

    Args:
        actor: an officer.
        lane: of which lane, or of any.

    Raises:
        StateForbids: he has as many before him as one may.
    """
    if queries.in_hand(actor.name).count() >= MOST_IN_HAND:
        raise StateForbids(
            f"You have {MOST_IN_HAND} declarations before you.",
            remedy="Decide some, or hand them back.",
        )
    for _ in range(5):
        with transaction.atomic():
            found = queries.next_of(queries.waiting(actor, lane), actor)
            if found is None:
                return None
            try:
                return _take(actor, found.pk, actor.name)
            except IntegrityError:  # somebody took it in this moment: the next one
                transaction.set_rollback(True)
    return None


def take(actor: Actor, key: str) -> Declaration:
    """Take one declaration by its number.

    Raises:
        NotThere: no such declaration for this officer.
        StateForbids: it does not wait, or another has it.
    """
    found = declaration_for(actor, key, to="decide")
    try:
        with transaction.atomic():
            return _take(actor, found.pk, actor.name)
    except IntegrityError:
        raise StateForbids(
            "Another officer has this declaration.", remedy="A supervisor can reassign it."
        ) from None


def hand_back(actor: Actor, key: str) -> Declaration:
    """Put a declaration back into the queue.

    Raises:
        NotThere: no such declaration for this officer.
        StateForbids: he has not taken it.
    """
    found = declaration_for(actor, key, to="decide")
    with act(actor) as doing:
        declaration = locked(found.pk)
        held = queries.assignment(declaration.pk)
        if held is None or held.officer != actor.name:
            raise StateForbids("You have not taken this declaration.")
        end(doing, declaration.pk, "handed_back")
        announce(doing, declaration, events.HANDED_BACK)
    return declaration


def reassign(actor: Actor, key: str, officer: str) -> Declaration:
    """Give a declaration to another officer of the supervisor's administration.

    Args:
        actor: a supervisor.
        key: the declaration's MRN.
        officer: the name of the other as an actor (``user:12``).

    Raises:
        NotThere: no such declaration for this supervisor.
        DataRefused: he is no officer at that office now.
        StateForbids: it does not wait for an officer.
    """
    found = declaration_for(actor, key, to="decide")
    rows = in_force(clock.now()).filter(organisation=actor.organisation, role=Role.OFFICER)
    offices = {row.office for row in rows if f"user:{row.user_id}" == officer}
    if not offices & {"", found.office}:
        raise DataRefused(
            "He is no officer at this declaration's office now.",
            faults=(("/body/officer", "not an officer there"),),
        )
    with act(actor) as doing:
        declaration = locked(found.pk)
        _refuse_unless_waiting(declaration)
        end(doing, declaration.pk, "reassigned")
        _assign(doing, declaration, officer)
        announce(doing, declaration, events.REASSIGNED)
    return declaration


def end(doing: Act, declaration: int, how: str) -> None:
    """End the open assignment of a declaration within an act, where there is one."""
    Assignment.objects.filter(declaration=declaration, ended_at=None).update(
        ended_at=doing.at, how=how
    )


def _take(actor: Actor, number: int, officer: str) -> Declaration:
    with act(actor) as doing:
        declaration = locked(number)
        _refuse_unless_waiting(declaration)
        _assign(doing, declaration, officer)
        announce(doing, declaration, events.TAKEN)
    return declaration


def _assign(doing: Act, declaration: Declaration, officer: str) -> None:
    Assignment.objects.create(
        declaration=declaration,
        officer=officer,
        office=declaration.office,
        lane=declaration.lane,
        taken_at=doing.at,
    )


def _refuse_unless_waiting(declaration: Declaration) -> None:
    if declaration.state not in queries.WAITING:
        raise StateForbids(
            "This declaration does not wait for an officer.",
            remedy="It may have been decided or cancelled in the meantime.",
        )
