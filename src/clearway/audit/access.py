"""Who may ask for checkpoints and proofs. They hold no data; auditors and witnesses need them."""

from __future__ import annotations

from collections.abc import Mapping

from clearway.audit.actor import Role
from clearway.audit.permission import EVERYBODY

_AUDIT = frozenset({Role.AUDITOR, Role.SUPERVISOR})

OPERATIONS: Mapping[str, frozenset[Role]] = {
    "getCheckpoint": EVERYBODY,
    "getConsistency": EVERYBODY,
    "getProof": _AUDIT,
    "witnessCheckpoint": frozenset({Role.AUDITOR}),
}
"""The roles that have each operation."""
