"""Who may see what of the ledger: all of it, those who select; its yearly summary, everybody."""

from __future__ import annotations

from collections.abc import Mapping

from clearway.audit.actor import Role
from clearway.audit.permission import EVERYBODY

OPERATIONS: Mapping[str, frozenset[Role]] = {
    "getSelectionLedger": frozenset({Role.ANALYST, Role.SUPERVISOR, Role.AUDITOR}),
    "getSelectionSummary": EVERYBODY,
}
"""The roles that have each operation. The profiles that the ledger names are seen by the same."""
