"""Who may learn of what, and whose a webhook is. Unknown and forbidden answer alike."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from clearway.audit import service as audit
from clearway.audit.actor import Actor, Role
from clearway.audit.permission import CUSTOMS, EVERYBODY, TRADE
from clearway.events import queries
from clearway.events.models import ParkedEvent, Webhook
from clearway.events.queries import Told
from clearway.vocabulary.errors import NotThere

_ALL_NEWS = CUSTOMS | {Role.AUDITOR}
_OFFICES: Mapping[Role, tuple[str, ...]] = {
    Role.REGISTRAR: ("organisation.", "mandate.", "authorisation."),
    Role.TARIFF: ("pack.",),
    Role.OPERATOR: ("intake.", "event."),
    Role.ANALYST: ("profile.", "watch", "intelligence.", "targeting_case."),
}
"""Whose office is some kinds of news, whomever they concern."""

OPERATIONS: Mapping[str, frozenset[Role]] = {
    "listEvents": EVERYBODY,
    "streamEvents": EVERYBODY,
    "listParkedEvents": frozenset({Role.OPERATOR}),
    "retryParkedEvent": frozenset({Role.OPERATOR}),
    "listWebhooks": TRADE,
    "makeWebhook": TRADE,
    "getWebhook": TRADE,
    "changeWebhook": TRADE,
    "rotateSecret": TRADE,
    "removeWebhook": TRADE,
    "listDeliveries": TRADE,
    "replayDeliveries": TRADE,
}
"""The roles that have each operation."""


def sees_all(actor: Actor) -> bool:
    """Tell whether an actor may learn of everything: customs and auditors may."""
    return actor.has(*_ALL_NEWS)


def may_learn(actor: Actor) -> Callable[[Told], bool]:
    """Return the question whether this actor may learn of an event."""
    if sees_all(actor):
        return lambda _: True
    kinds = tuple(kind for role in actor.roles for kind in _OFFICES.get(role, ()))
    own = actor.organisation
    return lambda told: (own > 0 and own in told.concerns) or told.kind.startswith(kinds)


def parked_for(actor: Actor, number: int) -> ParkedEvent:
    """Return a parked event that nobody has settled: any operator's.

    Raises:
        NotThere: there is none; the refusal is logged.
    """
    found = queries.parked().filter(pk=number).first()
    if found is None:
        audit.note("refusal", actor, f"parked:{number}")
        raise NotThere("No such event is parked.", where=f"parked:{number}")
    return found


def webhook_for(actor: Actor, number: int) -> Webhook:
    """Return a webhook of the actor's own organisation.

    Raises:
        NotThere: there is none, or it is another's; the refusal is logged.
    """
    found = queries.webhooks(actor.organisation).filter(pk=number).first()
    if found is None or not actor.organisation:
        audit.note("refusal", actor, f"webhook:{number}")
        raise NotThere("There is no such webhook.", where=f"webhook:{number}")
    return found
