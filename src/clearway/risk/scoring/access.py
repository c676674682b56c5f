"""Who may do what with the budget of inspections."""

from __future__ import annotations

from collections.abc import Mapping

from clearway.audit.actor import Role

_READERS = frozenset({Role.ANALYST, Role.SUPERVISOR, Role.AUDITOR})

OPERATIONS: Mapping[str, frozenset[Role]] = {
    "listInspectionCapacities": _READERS,
    "setInspectionCapacity": frozenset({Role.SUPERVISOR}),
}
"""The roles that have each operation."""
