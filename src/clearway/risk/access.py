"""Who may do what with risk: analysts write, another analyst or a supervisor decides."""

from __future__ import annotations

from collections.abc import Mapping

from clearway.audit.actor import Role
from clearway.risk.learning.access import OPERATIONS as MODELS
from clearway.risk.profiles.access import OPERATIONS as PROFILES
from clearway.risk.scoring.access import OPERATIONS as SCORING

OPERATIONS: Mapping[str, frozenset[Role]] = {**PROFILES, **MODELS, **SCORING}
"""The roles that have each operation."""
