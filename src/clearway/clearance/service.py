"""Who has which declaration before him: taking, handing back, reassigning.

Whoever changes an assignment or a proposal has locked the declaration first, so that what he then
reads of both stands until he commits; the constraints of the tables are the net below.
"""

from __future__ import annotations

from typing import Final

from django.db import transaction

from clearway.accounts.queries import offices_of
from clearway.audit.actor import Actor, Role
from clearway.clearance import events, queries
from clearway.clearance.models import Assignment, Proposal
from clearway.declarations.access import declaration_for
from clearway.declarations.models import Declaration
from clearway.declarations.queries import locked
from clearway.declarations.service import announce
from clearway.events.service import Act, act
from clearway.vocabulary.errors import DataRefused, StateForbids

MOST_IN_HAND: Final = 25
"""Declarations that one officer may have taken: the queue is everybody's."""
_TRIES: Final = 20


def take_next(actor: Actor, lane: int | None = None) -> Declaration | None:
    """Take what has waited longest at the actor's office; None where nothing waits.

    Args:
        actor: an officer.
        lane: of which lane, or of any.

    Raises:
        StateForbids: he has as many before him as one may.
    """
    _refuse_if_full(actor)
    for _ in range(_TRIES):
        with transaction.atomic():
            found = queries.next_of(queries.waiting(actor, lane))
            if found is None:
                return None
            declaration = locked(found.pk)
            # PostgreSQL chose it by what stood there before the lock: somebody may have taken it.
            if _is_free(declaration):
                with act(actor) as doing:
                    assign(doing, declaration, actor.name)
                    announce(doing, declaration, events.TAKEN)
                return declaration
    raise StateForbids("Others are faster at the moment.", remedy="Take the next one again.")


def take(actor: Actor, key: str) -> Declaration:
    """Take one declaration by its number.

    Raises:
        NotThere: no such declaration for this officer.
        StateForbids: it does not wait, another has it, a second person decides on it, or he has
            as many before him as one may.
    """
    found = declaration_for(actor, key, to="decide")
    _refuse_if_full(actor)
    with act(actor) as doing:
        declaration = locked(found.pk)
        refuse_unless_waiting(declaration)
        refuse_proposed(declaration)
        held = queries.assignment(declaration.pk)
        if held is not None:
            raise _another_has_it(held, actor)
        assign(doing, declaration, actor.name)
        announce(doing, declaration, events.TAKEN)
    return declaration


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

    How much that one has before him is the supervisor's to judge.

    Args:
        actor: a supervisor.
        key: the declaration's MRN.
        officer: the name of the other as an actor (``user:12``, ``key:7``).

    Raises:
        NotThere: no such declaration for this supervisor.
        DataRefused: he is no officer at that office now.
        StateForbids: it does not wait for an officer, he has it already, or a second person
            decides on it.
    """
    found = declaration_for(actor, key, to="decide")
    with act(actor) as doing:
        declaration = locked(found.pk)
        offices = offices_of(actor.organisation, Role.OFFICER, doing.at).get(officer, set())
        if not offices & {"", declaration.office}:
            raise DataRefused(
                "He is no officer at this declaration's office now.",
                faults=(("/body/officer", "not an officer there"),),
                remedy="Choose one of those whose desk is at its office.",
            )
        refuse_unless_waiting(declaration)
        refuse_proposed(declaration)
        held = queries.assignment(declaration.pk)
        if held is not None and held.officer == officer:
            raise StateForbids("He has it already.", remedy="Choose another officer.")
        end(doing, declaration.pk, "reassigned")
        assign(doing, declaration, officer)
        announce(doing, declaration, events.REASSIGNED)
    return declaration


def leave(doing: Act, declaration: Declaration) -> None:
    """End what officers had begun with a declaration that was cancelled, within that act."""
    end(doing, declaration.pk, "left")
    Proposal.objects.filter(declaration=declaration, state="open").update(
        state="lapsed", decided_by=doing.actor.name, decided_at=doing.at
    )


def refuse_partly_gone(declaration: Declaration) -> None:
    """Refuse to make a declaration ineffective of whose goods some have left: they were declared.

    Raises:
        StateForbids: some have.
    """
    if queries.has_left(declaration.pk):
        raise StateForbids(
            "Some of the goods have left already.",
            remedy="Have the declaration corrected instead: what has left stays declared.",
        )


def end(doing: Act, declaration: int, how: str) -> None:
    """End the open assignment of a locked declaration within an act, where there is one."""
    Assignment.objects.filter(declaration=declaration, ended_at=None).update(
        ended_at=doing.at, how=how
    )


def assign(doing: Act, declaration: Declaration, officer: str) -> None:
    """Put a locked declaration that nobody has into an officer's hands, within an act."""
    Assignment.objects.create(
        declaration=declaration,
        officer=officer,
        office=declaration.office,
        lane=declaration.lane,
        taken_at=doing.at,
    )


def refuse_unless_waiting(declaration: Declaration) -> None:
    """Refuse what waits for no officer.

    Raises:
        StateForbids: it does not wait.
    """
    if declaration.state not in queries.WAITING:
        raise StateForbids(
            "This declaration does not wait for an officer.",
            remedy="It may have been decided or cancelled in the meantime.",
        )


def refuse_proposed(declaration: Declaration) -> None:
    """Refuse what a second person has to decide on first.

    Raises:
        StateForbids: a decision on it waits for him.
    """
    if queries.proposal(declaration.pk) is not None:
        raise StateForbids(
            "A decision on it waits for a second person.", remedy="He confirms it or sends it back."
        )


def refuse_another(actor: Actor, declaration: Declaration) -> None:
    """Refuse what another officer has before him.

    Raises:
        StateForbids: another has it.
    """
    held = queries.assignment(declaration.pk)
    if held is not None and held.officer != actor.name:
        raise _another_has_it(held, actor)


def _is_free(declaration: Declaration) -> bool:
    waits = declaration.state in queries.WAITING
    free = queries.assignment(declaration.pk) is None
    return waits and free and queries.proposal(declaration.pk) is None


def _refuse_if_full(actor: Actor) -> None:
    if queries.in_hand(actor.name).count() >= MOST_IN_HAND:
        raise StateForbids(
            f"You have {MOST_IN_HAND} declarations before you.",
            remedy="Decide some, or hand them back.",
        )


def _another_has_it(held: Assignment, actor: Actor) -> StateForbids:
    if held.officer == actor.name:
        return StateForbids("You have this declaration already.", remedy="Decide on it.")
    return StateForbids(
        "Another officer has this declaration.", remedy="A supervisor can reassign it."
    )
