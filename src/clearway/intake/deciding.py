"""An officer decides a trader's request. What he grants is done at once, or he is told why not."""

from __future__ import annotations

from datetime import datetime

import msgspec

from clearway.accounts.four_eyes import two_persons
from clearway.audit.actor import Actor
from clearway.clearance import service as clearance
from clearway.declarations import access, queries, service
from clearway.declarations.models import ActRequest
from clearway.events.service import act
from clearway.intake import running
from clearway.intake.submission import Answer, Submission


class Decided(msgspec.Struct, frozen=True):
    """The request as it stands, or the line's answer where the amendment could not be made."""

    request: ActRequest | None = None
    failed: Answer | None = None


def decide(
    actor: Actor, number: int, *, grant: bool, reason: str, at: datetime, language: str = ""
) -> Decided:
    """Grant or refuse a request.

    Args:
        actor: an officer, not of the trader's organisation nor a party to the declaration.
        number: the request.
        grant: whether it is granted.
        reason: why; needed for either.
        at: when the officer decides.
        language: for the findings of an amendment that cannot be made; his own where it is empty.

    Raises:
        NotThere: no such request for this officer.
        StateForbids: it is decided already, some of the goods have left, or he asked for it
            himself, by a key of his too: that is logged.
        DataRefused: no reason is given.
    """
    found = access.request_for(actor, number, to="decide")
    two_persons(actor, [found.asked_by], f"request:{number}", "decide")
    reason = service.needed_reason(reason)
    if grant and found.kind != service.CANCELLATION:
        return _grant_amendment(actor, found, reason, at, language)
    with act(actor) as doing:
        declaration = queries.locked(found.declaration_id)
        request = service.still_open(number)
        service.decide(doing, request, grant=grant, reason=reason)
        if grant:
            clearance.refuse_partly_gone(declaration)
            service.invalidate(doing, declaration, request.reason, by_officer=True)
            clearance.leave(doing, declaration)
    return Decided(request)


def _grant_amendment(
    actor: Actor, found: ActRequest, reason: str, at: datetime, language: str
) -> Decided:
    """Let the kernel decide on the new version, in the same commit that closes the request."""
    service.refuse_unless_open(found)
    submission = Submission(
        actor=actor,
        door="grant",
        media_type=found.media_type,
        body=bytes(found.message or b""),
        received_at=at,
        purpose="grant",
        declaration=found.declaration.mrn or "",
        reason=reason,
        language=language,
    )
    answer = running.line().submit(submission).result(timeout=60)
    if answer.status != 200:
        return Decided(failed=answer)
    return Decided(queries.request(found.pk))
