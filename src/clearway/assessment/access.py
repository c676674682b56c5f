"""Who may see what the kernel decided; of which declaration, ``declarations.access`` says."""

from __future__ import annotations

from collections.abc import Mapping

from clearway.accounts.permission import CUSTOMS
from clearway.audit.actor import Role

OPERATIONS: Mapping[str, frozenset[Role]] = {
    "getAssessment": CUSTOMS | frozenset({Role.TRADER, Role.BROKER, Role.PLATFORM, Role.AUDITOR}),
}
OFFICIAL = CUSTOMS | frozenset({Role.AUDITOR})
"""Those who see profiles, scores and draws."""
