"""Two acts of one matter that one person may not do both: the check, and the line in the log.

A person is himself, whatever he acts by: his own sign-in, any key that he made, another sign-in
that the register knows as his (``User.person``). Two of whom nobody said that they are one person's
are two persons here.
"""

from __future__ import annotations

from collections.abc import Iterable

from clearway.accounts.queries import persons_behind
from clearway.audit import service as audit
from clearway.audit.actor import Actor
from clearway.vocabulary.errors import StateForbids


def is_same_person(actor: Actor, names: Iterable[str]) -> bool:
    """Tell whether an actor is one of some others, by a key of his too; empty names are nobody."""
    others = {name for name in names if name}
    behind = persons_behind({actor.name, *others})
    return behind[actor.name] in {behind[name] for name in others}


def two_persons(actor: Actor, names: Iterable[str], subject: str, act: str) -> None:
    """Let an act go on that none of some persons may do; log and refuse it to one of them.

    Call it before the transaction of the act begins: what is logged within one that is then
    refused would be undone with it.

    Args:
        actor: who acts.
        names: who did the first act, by their names as actors.
        subject: what the acts are about, with its kind before a colon.
        act: what he wants to do, for the log.

    Raises:
        StateForbids: he is one of them, by a key of his or of theirs too.
    """
    if log_same_person(actor, names, subject, act):
        raise StateForbids(
            "This takes a second person: whoever did the first part may not do this one.",
            remedy="Leave it to a colleague.",
        )


def log_same_person(actor: Actor, names: Iterable[str], subject: str, act: str) -> bool:
    """Log that a person tried both acts, where the room itself then refuses; tell whether he did.

    Call it before the transaction of the act begins, as ``two_persons``.
    """
    same = is_same_person(actor, names)
    if same:
        audit.note("refusal", actor, subject, f"two persons: {act}")
    return same
