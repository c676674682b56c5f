"""May this actor do this at all? One question, asked of a room's table ``OPERATIONS``.

Whether he may do it to *this* object is the business of the room's access functions.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from clearway.audit import service as audit
from clearway.audit.actor import Actor, Role
from clearway.vocabulary.errors import DefectFound, NotPermitted

Operations = Mapping[str, frozenset[Role]]

EVERYBODY: Final = frozenset(Role)
TRADE: Final = frozenset({Role.TRADER, Role.BROKER, Role.CARRIER, Role.TERMINAL, Role.PLATFORM})
CUSTOMS: Final = frozenset({Role.OFFICER, Role.SUPERVISOR})


def require(actor: Actor, operation: str, operations: Operations) -> None:
    """Let an actor go on, or log the refusal and refuse.

    Args:
        actor: who asks.
        operation: the operation's id, as the API names it.
        operations: the room's table.

    Raises:
        NotPermitted: none of the actor's roles has the operation.
        DefectFound: the operation is missing in the table: a door nobody has a lock for.
    """
    roles = operations.get(operation)
    if roles is None:
        raise DefectFound(f"The operation {operation} stands in no access table.")
    if not actor.has(*roles):
        refuse(actor, operation)


def refuse(actor: Actor, operation: str) -> None:
    """Log that an actor was refused an operation, and refuse it.

    Raises:
        NotPermitted: always.
    """
    audit.note("refusal", actor, f"operation:{operation}")
    raise NotPermitted(
        "Your roles do not include this operation.",
        where=operation,
        remedy="Ask a registrar for the role, if it is your duty.",
    )
