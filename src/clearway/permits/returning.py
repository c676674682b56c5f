"""What a permit gets back of goods that were released and never left: short-shipped exports."""

from __future__ import annotations

from collections.abc import Mapping

from clearway.accounts.queries import active_identifiers
from clearway.declarations.models import Declaration
from clearway.events.service import Act
from clearway.permits import balances, events
from clearway.permits.balances import Held, Taking


def give_back_part(
    doing: Act, declaration: Declaration, shares: Mapping[int, tuple[int, int]]
) -> int:
    """Give back the share of a declaration's write-offs that was left behind, within an act.

    The ledger is never changed: it returns the whole and takes the rest anew.

    Args:
        doing: the act.
        declaration: locked.
        shares: by goods item (0 is the whole) the packages left behind and those released, which
            are more than 0; their share is rounded down.

    Returns:
        How many permits got something back.
    """
    count = 0
    for key, held in sorted(balances.held_by(declaration.pk).items()):
        short, released = shares.get(key[1], shares[0])
        back = Held(held.quantity * short // released, held.value * short // released, final=True)
        if not (back.quantity or back.value):
            continue
        rest = Taking(held.quantity - back.quantity, held.value - back.value)
        permit = balances.give_back(key[0], back)
        balances.record(doing, declaration, key, "returned", held)
        balances.record(doing, declaration, key, "reserved", rest)
        balances.record(doing, declaration, key, "final", rest)
        told = {
            "number": permit.number,
            "mrn": declaration.mrn,
            "quantity": back.quantity,
            "value": back.value,
            "left_quantity": permit.left_quantity,
            "left_value": permit.left_value,
            "state": permit.state,
        }
        holders = tuple(active_identifiers([permit.holder]).values())
        subject = events.permit_subject(permit.number)
        doing.announce(events.GIVEN_BACK, subject, told, concerns=holders)
        count += 1
    return count
