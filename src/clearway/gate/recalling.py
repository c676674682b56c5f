"""Every write that ends a token before it is used."""

from __future__ import annotations

from clearway.audit.actor import Actor
from clearway.events.service import Act, act
from clearway.gate import events, queries
from clearway.gate.models import Revocation, RevocationCount, Token
from clearway.vocabulary.errors import StateForbids


def recall(actor: Actor, token: Token, reason: str) -> Token:
    """Recall a token: no gate that is online accepts it from this moment.

    Raises:
        StateForbids: it was used, or recalled before.
    """
    with act(actor) as doing:
        if not end(doing, token, reason):
            raise StateForbids(
                "The token was used or recalled already.", remedy="Look where it stands now."
            )
    token.refresh_from_db()
    return token


def end(doing: Act, token: Token, reason: str) -> bool:
    """Recall a live token within an act; tell whether it was live until then."""
    rows = Token.objects.filter(pk=token.pk, state="live")
    if not rows.update(state="recalled"):
        return False
    number = _next_number()
    Revocation.objects.create(
        number=number, token=token, reason=reason, actor=doing.actor.name, at=doing.at
    )
    body = {"number": number, "unit": token.number, "reason": reason}
    doing.announce(
        events.RECALLED, events.subject(token.serial), body, concerns=queries.concerned(token)
    )
    return True


def _next_number() -> int:
    """Return the next number of a revocation.

    The row stays locked until the transaction ends: so numbers follow the order of commits, and a
    gate that has read up to one has missed none before it.
    """
    RevocationCount.objects.get_or_create(pk=1)
    row = RevocationCount.objects.select_for_update().get(pk=1)
    row.number += 1
    row.save(update_fields=["number"])
    return row.number
