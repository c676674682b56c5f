"""What becomes of a message in quarantine: an operator lodges it again, or dismisses it."""

from __future__ import annotations

from clearway.audit.actor import Actor, Role
from clearway.events.service import act
from clearway.intake.line import Line
from clearway.intake.models import Quarantined
from clearway.intake.submission import Submission
from clearway.vocabulary.errors import StateForbids


def dismiss(actor: Actor, kept: Quarantined, reason: str) -> Quarantined:
    """Let an operator decide that a message in quarantine is not to be lodged.

    Raises:
        StateForbids: it is no longer held.
    """
    return _resolved(actor, kept, "dismissed", reason)


def lodge_again(actor: Actor, kept: Quarantined, reason: str, line: Line) -> Quarantined:
    """Send a message in quarantine through the line again, in the name of who lodged it.

    Raises:
        StateForbids: it is no longer held, or it still cannot be processed.
    """
    if kept.state != "held":
        raise StateForbids("The message is no longer held.")
    sender = Actor(
        name=kept.actor,
        organisation=kept.organisation,
        identifier=kept.identifier,
        roles=frozenset(Role(role) for role in kept.roles.split()),
    )
    submission = Submission(
        actor=sender,
        door=kept.door,
        media_type=kept.media_type,
        body=bytes(kept.body),
        idempotency_key=kept.idempotency_key or f"quarantine:{kept.pk}",
        # The moment of lodging stays: a trader does not lose a day by our mistake.
        received_at=kept.at,
        purpose=kept.purpose,
        declaration=kept.target,
        reason=kept.why,
        again=kept.pk,
    )
    answer = line.submit(submission).result(60)
    if answer.status >= 500:
        raise StateForbids(
            "It still cannot be processed.", remedy="Mend the cause first; it stays in quarantine."
        )
    return _resolved(actor, kept, "lodged", reason)


def _resolved(actor: Actor, kept: Quarantined, state: str, reason: str) -> Quarantined:
    with act(actor) as doing:
        found = Quarantined.objects.select_for_update().get(pk=kept.pk)
        if found.state != "held":
            raise StateForbids("The message is no longer held.")
        found.state, found.reason = state, reason
        found.resolved_by, found.resolved_at = actor.name, doing.at
        found.save()
        body = {"number": found.pk, "state": state}
        doing.announce(
            "intake.quarantine_resolved", f"quarantine:{found.pk}", body,
            concerns=(found.organisation,),
        )  # fmt: skip
    return found
