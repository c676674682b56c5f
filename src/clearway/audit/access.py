"""Who may ask for checkpoints and proofs. They hold no data; auditors and witnesses need them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from clearway.audit import queries
from clearway.audit import service as audit
from clearway.audit.actor import Actor, Role
from clearway.audit.models import Leaf
from clearway.audit.permission import EVERYBODY
from clearway.vocabulary.errors import NotThere

_AUDIT = frozenset({Role.AUDITOR, Role.SUPERVISOR})

OPERATIONS: Mapping[str, frozenset[Role]] = {
    "getCheckpoint": EVERYBODY,
    "getConsistency": EVERYBODY,
    "getProof": _AUDIT,
    "listLeaves": frozenset({Role.AUDITOR}),
    "witnessCheckpoint": frozenset({Role.AUDITOR}),
}
"""The roles that have each operation."""


def leaf_for(actor: Actor, number: int) -> Leaf:
    """Return a leaf of the log, for an auditor; that he reads it is logged.

    Raises:
        NotThere: there is none.
    """
    found = queries.leaves([number]).get(number) if 0 < number < 2**63 else None
    if found is None:
        raise NotThere("There is no such leaf.", remedy="Choose one of the log.")
    audit.note("read", actor, f"leaf:{number}")
    return found


def note_log(actor: Actor, leaves: Sequence[Leaf]) -> None:
    """Log that an auditor reads some of the log."""
    audit.note("read", actor, "log:list", [leaf.pk for leaf in leaves])
