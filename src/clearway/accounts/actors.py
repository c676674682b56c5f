"""Who asks: the actor of a key or of a signed-in person, as of now.

Keys are remembered, because the lodging route asks on every request. What is remembered stands
for half a second; then the room's token is compared with the database's, so that a key revoked
in any process stops everywhere within one second. In the process that revoked it it stops at once.

An event loop must not wait for a database: it calls ``known_actor``, which only remembers, and
where that gives None calls ``actor_of_key`` in a thread.
"""

from __future__ import annotations

import time
from typing import Final

from clearway.accounts import queries
from clearway.accounts.life_cycle import ACTIVE
from clearway.accounts.models import User
from clearway.accounts.rules import digest_of, looks_like_key
from clearway.audit import clock
from clearway.audit.actor import Actor, Role
from clearway.vocabulary.clock import microseconds
from clearway.vocabulary.errors import NotSignedIn

FRESH_FOR: Final = 0.5
"""Seconds for which what is remembered is believed without a look at the database."""
_MOST_REMEMBERED: Final = 50_000


class _Memory:
    """Keys met since the room last changed. Replaced as a whole, never emptied in place."""

    def __init__(self, token: str) -> None:
        self.token = token
        self.standings: dict[bytes, queries.Standing] = {}
        self.believed_until = 0.0  # by the machine's running time, which nobody sets back


_memory = _Memory("")


def known_actor(secret: str) -> Actor | None:
    """Return the actor of a key from memory alone, in microseconds; None means: ask."""
    memory = _memory
    if time.monotonic() >= memory.believed_until or not looks_like_key(secret):
        return None
    known = memory.standings.get(digest_of(secret))
    if known is None or not known.since <= microseconds(clock.now()) < known.until:
        return None
    return known.actor


def actor_of_key(secret: str) -> Actor:
    """Return who holds a key, as of now.

    Raises:
        NotSignedIn: unknown, revoked, expired, its organisation is not active, or its maker has
            lost the roles it had: all answer alike.
    """
    actor = known_actor(secret)
    if actor is not None:
        return actor
    if looks_like_key(secret):
        memory = _believable()
        actor = known_actor(secret)
        if actor is not None:
            return actor
        standing = queries.standing_of_key(secret, clock.now())
        if standing is not None:
            if len(memory.standings) < _MOST_REMEMBERED:
                memory.standings[digest_of(secret)] = standing
            return standing.actor
    raise NotSignedIn("The key is not in force.", remedy="Ask your organisation for a key that is.")


def actor_of_user(user: User, organisation: int | None = None) -> Actor:
    """Return a signed-in person as an actor, with the roles that are in force now.

    Args:
        user: the person.
        organisation: for which of his organisations he acts; by default the first one that is
            active. Without any role in force the actor has none, and may do nothing.

    Raises:
        NotSignedIn: the person may no longer sign in.
    """
    if not user.is_active or user.pk is None:
        raise NotSignedIn("The account is closed.")
    name = f"user:{user.pk}"
    live = [
        each
        for each in queries.live_memberships(user, clock.now())
        if each.organisation.state == ACTIVE
        and (organisation is None or each.organisation_id == organisation)
    ]
    if not live:
        return Actor(name=name, language=user.language)
    own = live[0].organisation
    mine = [each for each in live if each.organisation_id == own.pk]
    return Actor(
        name=name,
        organisation=own.pk,
        identifier=own.identifier or "",
        roles=frozenset(Role(each.role) for each in mine),
        office=next((each.office for each in mine if each.office), ""),
        language=user.language,
    )


def forget() -> None:
    """Forget every key; the next one is looked up."""
    global _memory  # noqa: PLW0603 - replaced as a whole, so that readers need no lock
    _memory = _Memory("")


def _believable() -> _Memory:
    """Return a memory that was compared with the database just now."""
    global _memory  # noqa: PLW0603 - see ``forget``
    looked_at = time.monotonic()
    token = queries.generation()
    if token != _memory.token or len(_memory.standings) >= _MOST_REMEMBERED:
        _memory = _Memory(token)
    _memory.believed_until = looked_at + FRESH_FOR
    return _memory
