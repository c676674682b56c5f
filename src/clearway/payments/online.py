"""Payments on line: begun by the payer, ended by the provider's signed answer, once."""

from __future__ import annotations

import secrets
from collections.abc import Mapping

from clearway.audit.actor import Actor, system
from clearway.declarations.queries import locked
from clearway.events.service import Act, act
from clearway.payments import access, events, notices, paying
from clearway.payments.ledger import PROVIDER, SUSPENSE, Side, post
from clearway.payments.models import BankFile, BankLine, Notice
from clearway.payments.online_models import OnlinePayment
from clearway.payments.paying import Money
from clearway.payments.providers import SUCCEEDED, Asked, Provider, Verdict, provider
from clearway.payments.rules import notice_number
from clearway.payments.terms import terms_at
from clearway.vocabulary.errors import NotThere, StateForbids

_ME = system("online")


def begin(actor: Actor, number: str) -> tuple[OnlinePayment, str]:
    """Begin to pay what is open on a notice, and return where the payer is sent.

    Raises:
        NotThere: no such notice of this actor's.
        StateForbids: nothing is due on it, no provider is connected, or it does not answer.
    """
    found = access.notice_for(actor, number, to="pay")
    chosen = provider()
    with act(actor) as doing:
        notice = Notice.objects.select_related("declaration").get(pk=found.pk)
        if not notice.open:
            raise StateForbids(
                "Nothing is due on this notice.", remedy="Look at what is due on it now."
            )
        made = OnlinePayment.objects.create(
            token=secrets.token_urlsafe(24),
            provider=chosen.name,
            notice=notice,
            currency=notice.currency,
            amount=notice.open,
            begun_by=actor.name,
            begun_at=doing.at,
        )
        told = {"amount": made.amount, "provider": chosen.name}
        notices.tell(doing, notice, notice.declaration, events.ONLINE_BEGUN, **told)
    return made, chosen.address(_asked(made))


def _asked(payment: OnlinePayment) -> Asked:
    number = notice_number(payment.notice_id)
    return Asked(payment.token, number, payment.amount, payment.currency)


def finish(returned: Mapping[str, str], chosen: Provider | None = None) -> OnlinePayment:
    """Take a provider's answer: a signed success pays the notice, once, however often it comes.

    Money that the notice cannot take any more is parked in suspense.

    Args:
        returned: what the provider sent back with the payer.
        chosen: who sent it; the provider of this installation by default.

    Raises:
        DataRefused: it is not signed by the provider; nothing is booked.
        NotThere: it is about no payment of ours.
    """
    chosen = chosen or provider()
    verdict = chosen.read(returned)
    found = OnlinePayment.objects.filter(token=verdict.token, provider=chosen.name).first()
    if found is None:
        raise NotThere("There is no such payment.", remedy="Check its number.")
    if found.state != "begun":
        return found
    with act(_ME) as doing:
        declaration = locked(found.notice.declaration_id)
        payment = OnlinePayment.objects.select_related("notice").get(pk=found.pk)
        if payment.state == "begun":
            payment.state = "failed"
            if verdict.outcome == SUCCEEDED:
                payment.state = _take(doing, payment, verdict)
            payment.ended_at = doing.at
            payment.save(update_fields=["state", "ended_at"])
        told = {"amount": payment.amount, "outcome": payment.state}
        notices.tell(doing, payment.notice, declaration, events.ONLINE_ENDED, **told)
    return payment


def _take(doing: Act, payment: OnlinePayment, verdict: Verdict) -> str:
    """Book what was paid: on the notice, or in suspense; return the payment's state."""
    notice = Notice.objects.select_related("declaration").get(pk=payment.notice_id)
    today = terms_at(doing.at).today
    if notice.open < payment.amount:
        _park(doing, payment, verdict)
        return "parked"
    money = Money(
        amount=payment.amount,
        day=today,
        method="online",
        source=(PROVIDER, payment.provider),
        reference=verdict.reference,
        payer_name=payment.provider,
    )
    paying.pay(doing, notice.declaration, notice, money)
    return "succeeded"


def _park(doing: Act, payment: OnlinePayment, verdict: Verdict) -> None:
    file = BankFile.objects.create(
        name=f"on line {payment.pk}",
        form="online",
        sha256="",
        lines=1,
        new=1,
        parked=1,
        read_by=doing.actor.name,
        read_at=doing.at,
    )
    line = BankLine.objects.create(
        account=payment.provider,
        reference=verdict.reference,
        digest=payment.token,
        currency=payment.currency,
        amount=payment.amount,
        value_day=terms_at(doing.at).today,
        told=notice_number(payment.notice_id),
        file=file,
        state="suspended",
        why="more_than_due",
        received_at=doing.at,
    )
    sides = [
        Side(PROVIDER, payment.provider, line.amount),
        Side(SUSPENSE, str(line.pk), -line.amount),
    ]
    post(doing, "parked", f"bank_line:{line.pk}", line.currency, sides)
    body = {"amount": line.amount, "currency": line.currency, "why": line.why}
    doing.announce(events.PAYMENT_PARKED, f"bank_line:{line.pk}", body)
