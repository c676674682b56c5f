"""Every write that ends a token before it is used."""

from __future__ import annotations

from contextlib import suppress

from django.db import transaction
from django.db.models import F

from clearway.audit.actor import Actor, system
from clearway.events.service import Act, act
from clearway.gate import events, papers, queries
from clearway.gate.models import Lot, Revocation, RevocationCount, Token
from clearway.vocabulary.errors import StateForbids

_ME = system("gate")
HELD = "held"
INVALIDATED = "invalidated"
REPLACED = "replaced"
"""Reasons of our own; whoever recalls a token himself says why in words."""


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
    _give_back(token)
    number = _next_number()
    Revocation.objects.create(
        number=number, token=token, reason=reason, actor=doing.actor.name, at=doing.at
    )
    papers.void_order(doing, token, "revoked")
    body = {"number": number, "unit": token.number, "reason": reason}
    doing.announce(
        events.RECALLED, events.subject(token.serial), body, concerns=queries.concerned(token)
    )
    return True


def expire(token: Token) -> None:
    """Give back the packages of a token that nobody used in time, within an act."""
    if Token.objects.filter(pk=token.pk, state="live").update(state="expired"):
        _give_back(token)


def _give_back(token: Token) -> None:
    if token.packages is not None:
        Lot.objects.filter(pk=token.key).update(given=F("given") - token.packages)


def on_unit(kind: str, number: str, reason: str) -> int:
    """Recall the tokens of a unit that may not pass any more; told twice, it does so once.

    Returns:
        How many were live until then.
    """
    return _on(list(queries.live_of_unit(kind, number)), reason)


def on_declaration(declaration: int, reason: str) -> int:
    """Recall the tokens of every unit with goods of a declaration; as ``on_unit``."""
    return _on(list(queries.live_for(declaration)), reason)


def _on(live: list[Token], reason: str) -> int:
    done = 0
    for token in live:
        with transaction.atomic(), suppress(_Over), act(_ME) as doing:
            if not end(doing, token, reason):
                raise _Over
            done += 1
    return done


class _Over(Exception):
    """The token ended in the meantime: there is nothing to announce."""


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
