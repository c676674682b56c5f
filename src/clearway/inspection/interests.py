"""The register of interests: who has one in a party does not inspect its goods."""

from __future__ import annotations

from clearway.accounts.queries import organisation_of, persons_behind
from clearway.audit.actor import Actor
from clearway.declarations.service import needed_reason
from clearway.events.service import act
from clearway.inspection import access, events, queries
from clearway.inspection.models import Interest
from clearway.vocabulary.errors import DataRefused, StateForbids


def declare(actor: Actor, party: str, reason: str) -> Interest:
    """Declare one's own interest in a party; it is the person's, whatever name he acts by.

    Args:
        actor: an official.
        party: the party's trader identification number.
        reason: what the interest is.

    Raises:
        DataRefused: nobody has that number, or there is no reason.
        StateForbids: it is declared already.
    """
    reason = needed_reason(reason)[:512]
    if organisation_of(party) is None:
        raise DataRefused(
            "Nobody has this identification number.",
            faults=(("/body/party", "unknown"),),
            remedy="Check it against the declaration.",
        )
    person = persons_behind([actor.name])[actor.name]
    with act(actor) as doing:
        if queries.interests([person]).filter(party=party, ended_at=None).exists():
            raise StateForbids("This interest is declared already.")
        row = Interest.objects.create(
            person=person, party=party, reason=reason, declared_at=doing.at
        )
        doing.announce(events.INTEREST_DECLARED, f"interest:{row.pk}", {"party": party})
    return row


def end(actor: Actor, number: int, reason: str) -> Interest:
    """End a declared interest of another, as a supervisor.

    Raises:
        NotThere: there is none, or it is his own.
        DataRefused: there is no reason.
        StateForbids: it ended already.
    """
    found = access.interest_for(actor, number)
    reason = needed_reason(reason)[:512]
    with act(actor) as doing:
        row = Interest.objects.select_for_update().get(pk=found.pk)
        if row.ended_at is not None:
            raise StateForbids("This interest has ended already.")
        row.ended_at, row.ended_by = doing.at, actor.name
        row.save(update_fields=["ended_at", "ended_by"])
        doing.announce(
            events.INTEREST_ENDED, f"interest:{row.pk}", {"party": row.party, "reason": reason}
        )
    return row
