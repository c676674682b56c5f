"""Who may do what with models. What a model learnt is seen by nobody beside these roles."""

from __future__ import annotations

from collections.abc import Mapping

from clearway.audit.actor import Role

_MAKERS = frozenset({Role.ANALYST})
_DECIDERS = frozenset({Role.ANALYST, Role.SUPERVISOR})
_READERS = _DECIDERS | {Role.AUDITOR}

OPERATIONS: Mapping[str, frozenset[Role]] = {
    "listModels": _READERS,
    "getModel": _READERS,
    "orderModel": _MAKERS,
    "testModel": _MAKERS,
    "shadowModel": _MAKERS,
    "proposeModel": _MAKERS,
    "promoteModel": _DECIDERS,
    "refuseModel": _DECIDERS,
    "retireModel": _DECIDERS,
}
"""The roles that have each operation."""
