"""Another version of a declaration by customs: asked for in an act, written by the line.

The act commits first, because the line writes in a transaction of its own. Where it cannot write,
whoever asked takes his act back, or lets the accounts alone follow.
"""

from __future__ import annotations

from typing import NamedTuple

from clearway.audit.actor import Actor
from clearway.declarations import service
from clearway.declarations.events import subject
from clearway.declarations.models import ActRequest, Declaration
from clearway.declarations.queries import current_version, locked, version
from clearway.events.service import Act, act
from clearway.intake import running
from clearway.intake.submission import JSON, Answer, Submission
from clearway.payments import adjusting, notices
from clearway.post_clearance import changing, events
from clearway.post_clearance.changing import Change
from clearway.post_clearance.differing import submission
from clearway.vocabulary.errors import StateForbids

_LINE_SECONDS = 60


class Asked(NamedTuple):
    """A version that was asked for: of which declaration, what goes to the line, its request."""

    declaration: int
    submission: Submission
    request: ActRequest


def ask(doing: Act, declaration: Declaration, body: bytes, reason: str) -> Asked:
    """Ask for another version of a locked declaration, within an act.

    Args:
        doing: the act.
        declaration: locked.
        body: its message as it should be, as JSON.
        reason: why, as the trader reads it.

    Raises:
        StateForbids: a request about it waits.
    """
    wanted = submission(doing.actor, declaration, body, reason[:512], doing)
    request = service.ask(
        doing, declaration, service.CORRECTION, reason[:512], message=wanted.body, media_type=JSON,
        by_customs=True,
    )  # fmt: skip
    return Asked(declaration.pk, wanted, request)


def changed(declaration: Declaration, changes: tuple[Change, ...]) -> bytes:
    """Return the message of the version that stands, with changes laid over it."""
    kept = current_version(declaration)
    return changing.message(bytes(kept.message), kept.media_type, changes)


def former(declaration: Declaration, number: int) -> bytes:
    """Return the message of a version before the one that stands, which was the next after it.

    Raises:
        StateForbids: the declaration was changed again since.
    """
    kept = version(declaration, number)
    if kept is None or declaration.version != number + 1:
        raise StateForbids(
            "The declaration was changed again since: what it said cannot be put back whole.",
            remedy="Change the decision, and say what each tax is lowered by.",
        )
    return changing.whole(bytes(kept.message), kept.media_type)


def write(actor: Actor, asked: Asked) -> int | None:
    """Let the line write a version; return its number, or None where it could not be written."""
    answer: Answer = running.line().submit(asked.submission).result(timeout=_LINE_SECONDS)
    if answer.status == 200:
        declaration = Declaration.objects.get(pk=asked.declaration)
        notices.follow(actor, declaration.mrn or "")
        return int(declaration.version)
    with act(actor) as doing:
        declaration = locked(asked.declaration)
        service.close(doing, asked.request, "withdrawn", "")
        since, request = asked.submission.received_at, f"request:{asked.request.pk}"
        adjusting.not_ahead(doing, declaration, since, request)
        told = {"mrn": declaration.mrn, "reason": asked.request.reason}
        doing.announce(events.NOT_WRITTEN, subject(declaration.mrn, declaration.pk), told)
    return None
