"""Every write of a new token, and of the gates at which tokens are shown."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

import msgspec
from django.db import transaction

from clearway.audit.actor import Actor
from clearway.events.service import Act, act
from clearway.gate import events, queries, tokens
from clearway.gate.models import Gate, SigningKey, Token, TokenDeclaration
from clearway.gate.rules import Bound, key_of
from clearway.vocabulary.errors import DataRefused


class Wanted(msgspec.Struct, frozen=True):
    """A token as it is asked for. ``number`` and ``plate`` as people write them."""

    direction: str
    kind: str
    number: str
    terminal: int
    plate: str = ""
    gate: str = ""
    packages: int | None = None


def open_gate(actor: Actor, code: str, called: str = "") -> Gate:
    """Open a gate of the actor's terminal. The same again changes nothing.

    Raises:
        DataRefused: the code has neither letter nor digit.
    """
    key = key_of(code)[:17]
    if not key:
        raise DataRefused(
            "A gate needs a code.", faults=(("/body/code", "neither letter nor digit"),)
        )
    before = queries.gate_of(actor.organisation, key)
    if before is not None:
        return before
    with act(actor) as doing:
        gate, made = Gate.objects.get_or_create(
            organisation=actor.organisation,
            code=key,
            defaults={"called": called, "opened_at": doing.at},
        )
        body = {"code": gate.code, "called": gate.called, "again": not made}
        doing.announce(
            events.OPENED, events.gate_subject(gate.pk), body, concerns=(actor.organisation,)
        )
    return gate


def make(doing: Act, bound: Bound, number: str, declarations: Iterable[int]) -> Token:
    """Sign and keep a token within an act; whether it may be given was asked before.

    Args:
        doing: the act.
        bound: what it is bound to; its serial is empty as yet.
        number: the unit as people write it.
        declarations: row numbers of those whose goods lie in it.
    """
    by = tokens.signer()
    _publish(by.verifier.public, doing.at)
    expires = bound.expires_at.replace(microsecond=0)
    bound = msgspec.structs.replace(bound, serial=tokens.new_serial(), expires_at=expires)
    told = msgspec.structs.asdict(bound)
    token = Token.objects.create(
        **told,
        code=tokens.write(bound, by),
        number=number,
        organisation=doing.actor.organisation,
        issued_at=doing.at,
        actor=doing.actor.name,
    )
    for declaration in sorted(set(declarations)):
        TokenDeclaration.objects.create(token=token, declaration_id=declaration)
    body = {
        "kind": token.kind,
        "number": token.number,
        "direction": token.direction,
        "packages": token.packages,
        "plate": token.plate,
        "gate": token.gate,
        "expires_at": str(token.expires_at),
    }
    concerns = queries.concerned(token)
    doing.announce(events.ISSUED, events.subject(token.serial), body, concerns=concerns)
    return token


def _publish(public: bytes, at: datetime) -> None:
    """Keep the public half of a key, by which any process proves what it signed."""
    with transaction.atomic():
        SigningKey.objects.get_or_create(
            digits=tokens.key_id(public), defaults={"public": public, "since": at}
        )
