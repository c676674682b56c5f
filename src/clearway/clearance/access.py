"""Who may take, decide, confirm, reassign; of which declaration, ``declarations.access`` says."""

from __future__ import annotations

from typing import Final

from clearway.accounts.permission import CUSTOMS, Operations
from clearway.audit import service as audit
from clearway.audit.actor import Actor, Role
from clearway.clearance import queries
from clearway.clearance.models import Proposal
from clearway.vocabulary.errors import NotThere

_SUPERVISOR: Final = frozenset({Role.SUPERVISOR})
_LARGEST_NUMBER: Final = 2**63 - 1

OPERATIONS: Final[Operations] = {
    "showQueue": CUSTOMS,
    "takeNext": CUSTOMS,
    "takeDeclaration": CUSTOMS,
    "handBack": CUSTOMS,
    "decideDeclaration": CUSTOMS,
    "showDesks": _SUPERVISOR,
    "reassignDeclaration": _SUPERVISOR,
    "listProposals": CUSTOMS,
    "confirmProposal": CUSTOMS,
}
"""The roles that have each operation. Release stands in ``declarations.access``."""


def proposal_for(actor: Actor, number: int) -> Proposal:
    """Return a decision for somebody who may confirm it (``queries.proposals``).

    Never for him who proposed it; for a supervisor of another office where nobody else is.

    Raises:
        NotThere: there is none, or none for this actor; the refusal is logged.
    """
    known = 0 < number <= _LARGEST_NUMBER
    found = queries.proposals(actor).filter(pk=number).first() if known else None
    if found is None:
        audit.note("refusal", actor, f"proposal:{number if known else '~'}")
        raise NotThere("No such decision waits for you.", remedy="Look at the list anew.")
    return found
