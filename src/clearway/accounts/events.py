"""The facts that this room announces. Subjects: ``organisation:<id>``, ``user:<id>``, ``key:<id>``.

========================  =====================================================================
kind                      body
========================  =====================================================================
organisation.registered   identifier, name, kind, country, state
organisation.changed      from, to, reason: it took another state
role.granted              user, role, office, valid_from, valid_to
role.revoked              user, role, keys: ids of the keys that ended with it
key.made                  key, roles, expires_at (never the secret)
key.revoked               key
========================  =====================================================================
"""

from __future__ import annotations

from typing import Final

ORGANISATION_REGISTERED: Final = "organisation.registered"
ORGANISATION_CHANGED: Final = "organisation.changed"
ROLE_GRANTED: Final = "role.granted"
ROLE_REVOKED: Final = "role.revoked"
KEY_MADE: Final = "key.made"
KEY_REVOKED: Final = "key.revoked"
