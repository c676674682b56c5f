"""Guarantees as such: entered, given back, called by two persons. Draws stand in ``using``."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from clearway.accounts.four_eyes import log_same_person
from clearway.accounts.queries import active_identifiers, names_of_person, organisation_of
from clearway.audit.actor import Actor
from clearway.declarations.models import Declaration
from clearway.declarations.queries import locked
from clearway.declarations.service import needed_reason
from clearway.events.service import Act, act
from clearway.payments import access, events, paying, queries, using
from clearway.payments.ledger import GUARANTOR
from clearway.payments.models import Guarantee, GuaranteeUse, Order
from clearway.payments.paying import Money
from clearway.payments.rules import iban_is_wrong
from clearway.payments.terms import terms_at
from clearway.payments.using import reserve, subject_of, telling_shortfall
from clearway.traders.rules import REFERENCE
from clearway.vocabulary.errors import DataRefused, StateForbids
from clearway.vocabulary.money import fits_int64

__all__ = ["Wanted", "confirm_call", "enter", "propose_call", "release", "reserve",
           "telling_shortfall"]  # fmt: skip


class Wanted(NamedTuple):
    """A guarantee as it is entered. ``reference_amount`` in minor units of the currency."""

    number: str
    kind: str
    holder: str
    guarantor: str
    guarantor_iban: str
    reference_amount: int
    valid_from: date
    valid_to: date


def enter(actor: Actor, wanted: Wanted) -> Guarantee:
    """Enter a guarantee.

    Raises:
        DataRefused: the holder is unknown, an account number has wrong check digits (mod 97), an
            amount or a period is wrong; all are told.
        StateForbids: the number is given already.
    """
    with act(actor) as doing:
        if faults := list(_faults(wanted)):
            raise DataRefused("The guarantee cannot be entered.", faults=faults)
        made, new = Guarantee.objects.get_or_create(
            number=wanted.number,
            defaults={
                **wanted._asdict(),
                "currency": terms_at(doing.at).currency,
                "entered_by": actor.name,
                "entered_at": doing.at,
            },
        )
        if not new:
            raise StateForbids("This number is given already.", remedy="Choose another number.")
        body = {
            "number": made.number,
            "kind": made.kind,
            "reference_amount": made.reference_amount,
            "valid_to": made.valid_to,
        }
        doing.announce(events.GUARANTEE_ENTERED, subject_of(made), body, concerns=_holders(made))
    return made


def _faults(wanted: Wanted) -> list[tuple[str, str]]:
    found = []
    if not REFERENCE.match(wanted.number):
        found.append(("/body/number", "1 to 35 letters, digits or any of / . -"))
    if organisation_of(wanted.holder) is None:
        found.append(("/body/holder", "no operator has this identification number"))
    if wanted.guarantor_iban and iban_is_wrong(wanted.guarantor_iban):
        found.append(("/body/guarantor_iban", "the check digits are wrong (mod 97)"))
    if wanted.reference_amount <= 0 or not fits_int64(wanted.reference_amount):
        found.append(("/body/reference_amount", "must be above nothing"))
    if wanted.valid_to < wanted.valid_from:
        found.append(("/body/valid_to", "lies before valid_from"))
    return found


def release(actor: Actor, number: str, reason: str) -> Guarantee:
    """Give a guarantee back, of which nothing is used.

    Raises:
        NotThere: no such guarantee for this actor.
        StateForbids: something of it is used, or it is given back already.
        DataRefused: there is no reason.
    """
    found = access.guarantee_for(actor, number, to="change")
    reason = needed_reason(reason)
    with act(actor) as doing:
        rows = Guarantee.objects.filter(pk=found.pk, used=0, state__in=("open", "expired"))
        if rows.update(state="released", ended_by=actor.name, reason=reason) != 1:
            raise StateForbids(
                "Something of the guarantee is used, or it is given back.",
                remedy="Wait until every debt that it covers is paid.",
            )
        found.refresh_from_db()
        body = {"number": found.number, "reason": reason}
        doing.announce(events.GUARANTEE_RELEASED, subject_of(found), body, concerns=_holders(found))
    return found


def propose_call(actor: Actor, use: int, reason: str) -> Order:
    """Ask, as the first of two persons, that the guarantor pays what a declaration owes.

    Raises:
        NotThere: no such use for this actor.
        StateForbids: nothing is overdue on it, it holds nothing, or a call waits already.
        DataRefused: there is no reason.
    """
    found = access.use_for(actor, use)
    reason = needed_reason(reason)
    with act(actor) as doing:
        declaration = locked(found.declaration_id)
        held = GuaranteeUse.objects.select_related("guarantee").get(pk=found.pk)
        _refuse_call(held, declaration, terms_at(doing.at).today)
        if queries.open_call(held.pk) is not None:
            raise StateForbids("A call on it waits for a second person.")
        made = Order.objects.create(
            use=held, reason=reason, proposed_by=actor.name, proposed_at=doing.at
        )
        _tell_call(doing, made, declaration, events.GUARANTEE_CALL_PROPOSED)
    return made


def _refuse_call(use: GuaranteeUse, declaration: Declaration, today: date) -> None:
    # On its last day a guarantee is called for whatever it covers and nobody has paid.
    last = use.guarantee.valid_to <= today
    late = [one for one in queries.collectable(declaration.pk) if last or one.due < today]
    # What is held for a debt that may yet arise answers for none that is late.
    if use.state not in queries.OPEN_USE or not use.amount or not late or use.subject:
        raise StateForbids(
            "Nothing that this guarantee covers is overdue.",
            remedy="A guarantor pays what was due and is not paid.",
        )


def confirm_call(actor: Actor, number: int, *, confirmed: bool) -> Order:
    """Confirm, as the second of two persons, that the guarantor pays, or send it back.

    The guarantor then owes what is outstanding, as far as the guarantee holds it; the debt is
    paid, and nothing more is drawn on the guarantee until he has paid.

    Raises:
        NotThere: no such call for this actor.
        StateForbids: he proposed it himself, it is decided, or nothing is overdue any more.
    """
    found = access.call_for(actor, number)
    log_same_person(actor, [found.proposed_by], f"guarantee_call:{found.pk}", "confirm")
    with act(actor) as doing:
        declaration = locked(found.use.declaration_id)
        order = Order.objects.select_related("use__guarantee").get(pk=found.pk)
        if order.state != "open":
            raise StateForbids("It was decided in the meantime.", remedy="Look at the list anew.")
        if order.proposed_by in names_of_person(actor.name):
            raise StateForbids(
                "Another person has to do this.", remedy="Money leaves by two persons."
            )
        order.state = "confirmed" if confirmed else "sent_back"
        order.decided_by, order.decided_at = actor.name, doing.at
        order.save(update_fields=["state", "decided_by", "decided_at"])
        if confirmed:
            _refuse_call(order.use, declaration, terms_at(doing.at).today)
            _call(doing, order.use, declaration)
        else:
            _tell_call(doing, order, declaration, events.GUARANTEE_CALL_REFUSED)
    return order


def _call(doing: Act, use: GuaranteeUse, declaration: Declaration) -> None:
    """Let the guarantor owe what is outstanding, and book it as paid by him."""
    today = terms_at(doing.at).today
    guarantee, left = use.guarantee, use.amount
    use.state, use.ended_at = "called", doing.at
    use.save(update_fields=["state", "ended_at"])
    Guarantee.objects.filter(pk=guarantee.pk).update(state="called")
    called = 0
    for notice in queries.collectable(declaration.pk):
        part = min(left, notice.open)
        if part <= 0:
            continue
        money = Money(
            amount=part,
            day=today,
            method="guarantee",
            source=(GUARANTOR, guarantee.number),
            reference=guarantee.number,
            payer_name=guarantee.guarantor,
            payer_iban=guarantee.guarantor_iban,
        )
        paying.pay(doing, declaration, notice, money, "called")
        left, called = left - part, called + part
    use.amount = called  # what he owes; the rest was never taken
    use.save(update_fields=["amount"])
    using.give_back(guarantee.pk, left)
    Guarantee.objects.filter(pk=guarantee.pk).update(state="called")
    using.tell_use(doing, use, declaration, events.GUARANTEE_CALLED)


def _tell_call(doing: Act, order: Order, declaration: Declaration, kind: str) -> None:
    """Tell customs alone: nothing has happened to the guarantor yet."""
    use = order.use
    body = {"number": use.guarantee.number, "mrn": declaration.mrn, "amount": use.amount}
    doing.announce(kind, subject_of(use.guarantee), body)


def _holders(guarantee: Guarantee) -> tuple[int, ...]:
    return tuple(active_identifiers([guarantee.holder]).values())
