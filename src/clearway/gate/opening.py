"""Every write of a gate itself."""

from __future__ import annotations

from clearway.audit.actor import Actor
from clearway.events.service import act
from clearway.gate import events, queries
from clearway.gate.models import Gate
from clearway.gate.rules import key_of
from clearway.vocabulary.errors import DataRefused

_LONGEST = 17


def open_gate(actor: Actor, code: str, called: str = "") -> Gate:
    """Open a gate of the actor's terminal. The same again changes nothing.

    Raises:
        DataRefused: the code has neither letter nor digit.
    """
    key = key_of(code)[:_LONGEST]
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
            defaults={"called": called.strip()[:70], "opened_at": doing.at},
        )
        body = {"code": gate.code, "called": gate.called, "again": not made}
        doing.announce(
            events.OPENED, events.gate_subject(gate.pk), body, concerns=(actor.organisation,)
        )
    return gate
