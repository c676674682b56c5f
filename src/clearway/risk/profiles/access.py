"""Who may do what with profiles. A condition is seen by nobody beside these roles."""

from __future__ import annotations

from collections.abc import Mapping

from clearway.audit import service as audit
from clearway.audit.actor import Actor, Role
from clearway.events.service import subject_of
from clearway.risk.profiles import queries
from clearway.risk.profiles.queries import Known
from clearway.vocabulary.errors import NotThere

_WRITERS = frozenset({Role.ANALYST})
_DECIDERS = frozenset({Role.ANALYST, Role.SUPERVISOR})
_READERS = _DECIDERS | {Role.AUDITOR}

OPERATIONS: Mapping[str, frozenset[Role]] = {
    "listProfiles": _READERS,
    "getProfile": _READERS,
    "listProfileColumns": _READERS,
    "checkCondition": _WRITERS,
    "draftProfile": _WRITERS,
    "amendProfile": _WRITERS,
    "tryProfile": _WRITERS,
    "shadowProfile": _WRITERS,
    "proposeProfile": _WRITERS,
    "approveProfile": _DECIDERS,
    "refuseProfile": _DECIDERS,
    "retireProfile": _DECIDERS,
}
"""The roles that have each operation."""


def profile_for(actor: Actor, code: str) -> Known:
    """Return a profile as it stands, and log that its condition was read.

    Raises:
        NotThere: there is none; the refusal is logged.
    """
    try:
        found = queries.known_profile(code)
    except NotThere:
        audit.note("refusal", actor, subject_of("profile", code))
        raise
    audit.note("read", actor, subject_of("profile", code))
    return found
