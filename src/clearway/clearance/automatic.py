"""Release without an officer: whatever is ready is released as soon as the last guard holds.

Payments, permits, inspections, lifted holds and arrivals are news of rooms that know nothing of
release. ``site`` tells them to this file, which looks at what is true now; told twice, it finds
nothing to do.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from django.db import transaction

from clearway.audit import clock
from clearway.audit.actor import system
from clearway.clearance import deciding, exits, facts, holds, queries, releasing, service, units
from clearway.clearance.models import Hold
from clearway.clearance.releasing import Order
from clearway.declarations import debt as debts
from clearway.declarations import events
from clearway.declarations.guards import take
from clearway.declarations.kinds import EXPORT, SIMPLIFIED
from clearway.declarations.life_cycle import DECLARATION, DECLARATION_STATES, Guard
from clearway.declarations.models import Declaration
from clearway.declarations.queries import bearer_of, locked, open_request, simplified
from clearway.declarations.service import announce
from clearway.events.service import act
from clearway.inspection.queries import open_doubts, open_looks
from clearway.kernel.decisions import Lane
from clearway.payments import covering, notices
from clearway.payments import events as payments
from clearway.reference.in_force import reference_at
from clearway.vocabulary.errors import StateForbids

ME: Final = system("clearance")
_SETTING: Final = "clearance.automatic"


def worth_a_look(mrns: Iterable[str]) -> set[str]:
    """Return those of some declarations about which anything might be to be done, by one query."""
    known = [mrn for mrn in set(mrns) if mrn]
    ready = queries.perhaps_ready(Declaration.objects.filter(mrn__in=known))
    found = set(ready.values_list("mrn", flat=True))
    if Hold.objects.filter(lifted_at=None).exists():
        here = Declaration.objects.filter(mrn__in=known, goods_state__in=("arrived", "presented"))
        found |= set(here.values_list("mrn", flat=True))
    return {mrn for mrn in found if mrn}


def look_at(mrn: str) -> None:
    """Do with a declaration what can be done now: note its units, hold, release, clear it."""
    found = Declaration.objects.filter(mrn=mrn).first()
    if found is None:
        return
    if found.direction == EXPORT:
        units.note_declared(found)
    hold_what_arrived(found.pk)
    release_if_ready(found.pk)
    clear_if_settled(found.pk)
    bears = bearer_of(found)
    if bears != found:
        clear_if_settled(bears.pk)


def goods_looked_at(mrn: str, outcome: str) -> None:
    """Take note that the look at the goods is over: in order, the lane has what it asked for.

    A discrepancy is an officer's matter, and so are goods of great value, which two persons find
    in order.
    """
    order = Order(documents_checked=True, goods_controlled=True)
    with transaction.atomic():
        found = Declaration.objects.filter(mrn=mrn).first()
        if found is None or outcome != "satisfactory":
            return
        declaration = locked(found.pk)
        waits = declaration.state == "under_control" and not open_looks(declaration.pk)
        if not waits or deciding.needs_second(declaration, order) or open_request(declaration):
            return
        with act(ME) as doing:
            releasing.satisfy(doing, declaration, order)
            declaration.save(update_fields=["state"])
            service.leave(doing, declaration)


def hold_what_arrived(number: int) -> bool:
    """Hold the goods of a declaration that have just come, where a hold was waiting for them."""
    with transaction.atomic():
        declaration = locked(number)
        waiting = queries.holds_on(declaration)
        whole = [hold for hold in waiting if hold.item is None]
        if not whole or declaration.goods_state not in {"arrived", "presented"}:
            return False
        with act(ME) as doing:
            holds.keep_what_arrived(doing, declaration, whole[0])
    return True


def release_if_ready(number: int) -> bool:
    """Release a declaration where the pack lets its lane be released without an officer.

    Returns:
        Whether it was released.
    """
    lanes = reference_at(clock.now()).settings.get(_SETTING, "").split(";")
    try:
        with transaction.atomic():
            declaration = locked(number)
            lane = "" if declaration.lane is None else Lane(declaration.lane).name.lower()
            if declaration.state != "assessed" or lane not in lanes or open_request(declaration):
                return False
            in_the_way = facts.in_the_way(declaration)
            if in_the_way and in_the_way != [Guard.DEBT_COVERED]:
                return False
            with act(ME) as doing:
                if in_the_way:
                    covering.cover(doing, declaration)
                releasing.carry_out(doing, declaration, "")
    except covering.GuaranteeShort as short:
        tell_short(number, short)
        return False
    except StateForbids:
        return False  # nothing covers the debt, or the cargo report does not let the goods go
    return True


def tell_short(number: int, short: covering.GuaranteeShort) -> None:
    """Announce once of each guarantee that it does not cover a declaration (notification 14)."""
    with transaction.atomic():
        declaration = locked(number)
        told = releasing.short_of(short)
        if not queries.is_told_short(declaration, short.guarantee.number):
            with act(ME) as doing:
                announce(doing, declaration, payments.GUARANTEE_SHORT, **told)


def clear_if_settled(number: int) -> bool:
    """Clear a released declaration of which nothing is owed any more (notification 09).

    What was paid as declared is final with that; what was released against security is final
    when it is paid, or by an officer's word. A simplified one waits for the declaration that
    completes it. What was cleared, and paid anew after a correction, is final again.
    """
    with transaction.atomic():
        declaration = locked(number)
        if declaration.state in {"cleared", "exited"} and declaration.debt_state == "paid":
            with act(ME) as doing:
                debts.move(doing, declaration, "finalise")
            return False
        if declaration.state != "released" or not is_settled(declaration):
            return False
        with act(ME) as doing:
            if declaration.debt_state == "paid":
                debts.move(doing, declaration, "finalise")
            now = facts.facts_of(declaration)
            declaration.state = take(DECLARATION, "released", "clear", now)
            declaration.save(update_fields=["state"])
            code = DECLARATION_STATES["cleared"]
            announce(doing, declaration, events.CLEARED, code=code)
    return True


def is_settled(declaration: Declaration) -> bool:
    """Tell whether nothing of a released declaration is open any more but its goods' way."""
    if declaration.debt_state not in {"none", "paid", "final", "refunded"}:
        return False
    if open_doubts(declaration.pk).exists():
        return False  # it was released against security: what it owes is not determined yet
    if declaration.kind != SIMPLIFIED:
        return True
    found = simplified([declaration.mrn or ""]).get(declaration.mrn or "")
    return found is not None and found.supplemented and not notices.is_behind(declaration)


def confirm_exit(mrn: str) -> None:
    """Confirm the exit of goods that have departed, where the pack takes that word for it."""
    if reference_at(clock.now()).settings.get("clearance.exit_on_departure", "") != "yes":
        return
    found = Declaration.objects.filter(mrn=mrn, goods_state="departed").first()
    if found is not None:
        exits.confirm_departed(ME, found.pk)
