"""Who may do what with organisations, people and keys. Unknown and forbidden answer alike.

Everybody sees his own organisation, its members and its keys. Registrars see and change every
other; officers, supervisors and auditors see every one, auditors its members too.
"""

from __future__ import annotations

from collections.abc import Mapping

from clearway.accounts import queries
from clearway.accounts.models import ApiKey, Membership, Organisation
from clearway.accounts.permission import CUSTOMS, EVERYBODY, TRADE
from clearway.audit import service as audit
from clearway.audit.actor import Actor, Role
from clearway.vocabulary.errors import NotThere

_REGISTRAR = frozenset({Role.REGISTRAR})
_SEE_ALL = CUSTOMS | {Role.REGISTRAR, Role.AUDITOR}
_SEE_PEOPLE = frozenset({Role.REGISTRAR, Role.AUDITOR})

OPERATIONS: Mapping[str, frozenset[Role]] = {
    "whoAmI": EVERYBODY,
    "listApiKeys": EVERYBODY,
    "makeApiKey": EVERYBODY,
    "revokeApiKey": EVERYBODY,
    "listOrganisations": _SEE_ALL,
    "getOrganisation": EVERYBODY,
    "registerOrganisation": _REGISTRAR,
    "setOrganisationState": _REGISTRAR,
    "listMembers": EVERYBODY,
    "grantRole": _REGISTRAR,
    "revokeRole": _REGISTRAR,
}
"""The roles that have each operation."""


def organisation_for(actor: Actor, number: int, *, to: str = "read") -> Organisation:
    """Return an organisation for somebody who may do this with it.

    Args:
        actor: who asks.
        number: its id.
        to: read, people (its members), keys, change or grant.

    Raises:
        NotThere: there is none, or none for this actor; the refusal is logged.
    """
    allowed = {
        "read": _SEE_ALL,
        "people": _SEE_PEOPLE,
        "keys": _REGISTRAR,
        "change": _REGISTRAR,
        "grant": _REGISTRAR,
    }[to]
    own = number == actor.organisation and to in {"read", "people", "keys"}
    found = queries.organisations().filter(pk=number).first()
    if found is None or not (own or actor.has(*allowed)):
        raise _refused(actor, f"organisation:{number}", to, "organisation")
    if to == "people" and not own:
        audit.note("read", actor, f"organisation:{number}", to)
    return found


def key_for(actor: Actor, number: int, *, to: str = "revoke") -> ApiKey:
    """Return a key for somebody who may do this with it.

    Args:
        actor: who asks.
        number: its id.
        to: read, as whoever lists his organisation's keys, or revoke (``may_revoke``).

    Raises:
        NotThere: there is none, or none for this actor; the refusal is logged.
    """
    found = queries.keys_of().filter(pk=number).first()
    if found is not None:
        own = found.organisation_id == actor.organisation
        if may_revoke(actor, found) or (own and to == "read"):
            return found
    raise _refused(actor, f"key:{number}", to, "key")


def may_revoke(actor: Actor, key: ApiKey) -> bool:
    """Tell whether an actor may end a key.

    Its holder, its maker, whoever of its organisation could have made it, a trader there in any
    case, and a registrar may.
    """
    himself = actor.name in {f"key:{key.pk}", f"user:{key.maker_id}"}
    own_office = actor.office in {"", key.office}
    could_make = actor.has(*TRADE) or (own_office and set(key.roles.split()) <= actor.roles)
    own = key.organisation_id == actor.organisation
    return actor.has(Role.REGISTRAR) or (own and (himself or could_make))


def membership_for(actor: Actor, organisation: int, number: int) -> Membership:
    """Return a member's role for somebody who may take it away.

    Raises:
        NotThere: there is none, or none for this actor; the refusal is logged.
    """
    organisation_for(actor, organisation, to="grant")
    found = queries.members(organisation).filter(pk=number).first()
    if found is None:
        raise _refused(actor, f"membership:{number}", "revoke", "role")
    return found


def _refused(actor: Actor, subject: str, to: str, what: str) -> NotThere:
    audit.note("refusal", actor, subject, to)
    return NotThere(f"There is no such {what}.", remedy="Check its number.")
