"""Security for a debt that may yet arise: asked for, covered, then drawn or released.

Rooms above ask for it (a doubt about a value, WTO Valuation Agreement Article 13) and say how it
ends. A guarantee covers it by a reserve of its own, beside what it holds for the debt; or money
does, which its payer deposits under the security's number and which the ledger keeps apart.
"""

from __future__ import annotations

from datetime import datetime

from clearway.declarations.events import subject as declaration_subject
from clearway.declarations.models import Declaration
from clearway.declarations.queries import concerned
from clearway.events.service import Act
from clearway.payments import covering, events, notices, paying, queries, settling, using
from clearway.payments.ledger import BANK, DEPOSIT, REFUNDABLE, SUSPENSE, Side, post
from clearway.payments.models import BankLine, Deposit, Refund, Security
from clearway.payments.paying import Money
from clearway.payments.refunds import tell as tell_refund
from clearway.payments.rules import quoted, security_number
from clearway.vocabulary.errors import StateForbids

OPEN = ("asked", "covered")


def ask(
    declaration: Declaration, subject: str, amount: int, currency: str, at: datetime
) -> Security:
    """Ask for a security, or for another amount of one that is not covered.

    Whoever asks announces it within his act.

    Args:
        declaration: locked.
        subject: what the debt depends on, with its kind before a colon (``value_doubt:7``).
        amount: in minor units.
        currency: the amount's.
        at: the instant.
    """
    made, new = Security.objects.get_or_create(
        subject=subject,
        defaults={
            "declaration": declaration,
            "amount": amount,
            "currency": currency,
            "asked_at": at,
        },
    )
    if not new and made.state == "asked" and made.amount != amount:
        made.amount = amount
        made.save(update_fields=["amount"])
    return made


def cover(doing: Act, declaration: Declaration, subject: str, named: str) -> Security:
    """Cover a security by a guarantee, or by what was deposited, within an act.

    Put it within ``using.telling_shortfall``, so that a shortfall is announced.

    Args:
        doing: the act.
        declaration: locked.
        subject: as ``ask`` was given it.
        named: number of a guarantee of the declaration's parties, or of the security itself where
            money was deposited.

    Raises:
        GuaranteeShort: the guarantee is over, or holds less than is needed.
        StateForbids: no such guarantee, too little was deposited, or it is covered already.
    """
    found = Security.objects.select_for_update().get(subject=subject)
    if found.state != "asked":
        raise StateForbids("A security covers it already.", remedy="Look where it stands now.")
    if quoted(named) == quoted(security_number(subject)):
        if deposited(found) < found.amount:
            raise StateForbids(
                "Less was deposited than the security.",
                remedy="Let him pay the rest under the security's number, or name a guarantee.",
            )
    else:
        guarantee, account = covering.named_by(declaration, named)
        if account is not None:
            raise StateForbids(
                "A deferred account is no security.", remedy="Name its guarantee, or another one."
            )
        found.use = using.reserve(doing, guarantee, declaration, found.amount, subject=subject)
    found.state = "covered"
    found.save(update_fields=["state", "use"])
    _tell(doing, found, events.SECURITY_COVERED)
    return found


def deposited(security: Security) -> int:
    """Return what was deposited for a security and is neither drawn nor released."""
    return sum(one.left for one in Deposit.objects.filter(security=security))


def why_not(security: Security, line: BankLine) -> str:
    """Return why a line cannot be deposited for a security; empty where it can."""
    if line.currency != security.currency:
        return "wrong_currency"
    if security.state != "asked":
        return "security_over"
    return "more_than_due" if line.amount > security.amount - deposited(security) else ""


def deposit(doing: Act, security: Security, line: BankLine, *, parked: bool = False) -> None:
    """Keep a line's money for a security, within an act that locked its declaration.

    Args:
        doing: the act.
        security: which ``why_not`` allows it for.
        line: the money.
        parked: it is in suspense.
    """
    source = (SUSPENSE, str(line.pk)) if parked else (BANK, line.account)
    sides = [Side(*source, line.amount), Side(DEPOSIT, security.subject, -line.amount)]
    post(doing, "deposited", security.subject, line.currency, sides)
    Deposit.objects.create(
        security=security,
        line=line,
        payer=notices.payer_of(security.declaration),
        amount=line.amount,
        left=line.amount,
        at=doing.at,
    )
    _tell(doing, security, events.SECURITY_DEPOSITED, deposited=line.amount)


def draw(doing: Act, declaration: Declaration, subject: str, owed: int) -> None:
    """Let a security answer for the debt that arose, within an act; the rest is released.

    What was deposited pays the notices, those that were asked for last first. What a guarantee
    holds is held for the debt from now on, and the payer pays it or the guarantor is called.
    Nothing is done where there is no open security.

    Args:
        doing: the act.
        declaration: locked; it bears the debt, which asks for what arose already.
        subject: as ``ask`` was given it.
        owed: what arose, in minor units.
    """
    found = _open(subject)
    if found is None:
        return
    if found.use is not None:
        _draw_use(doing, found, declaration, owed)
    _pay_out(doing, found, declaration, owed)
    _end(doing, found, "drawn" if owed > 0 else "released")
    settling.settle(doing, declaration)


def release(doing: Act, subject: str) -> bool:
    """Release a security, within an act; deposits go back by two persons. False if none is open."""
    found = _open(subject)
    if found is None:
        return False
    if found.use is not None:
        using.fit_one(doing, found.use, found.declaration, 0)
    _give_back(doing, found)
    _end(doing, found, "released")
    return True


def open_of(declaration: int) -> list[Security]:
    """Return the securities of a declaration that wait for their end."""
    return list(Security.objects.filter(declaration=declaration, state__in=OPEN).order_by("id"))


def open_about(subject: str) -> bool:
    """Tell whether a security waits for its end."""
    return Security.objects.filter(subject=subject, state__in=OPEN).exists()


def _open(subject: str) -> Security | None:
    rows = Security.objects.select_for_update(of=("self",)).select_related(
        "use__guarantee", "declaration"
    )
    return rows.filter(subject=subject, state__in=OPEN).first()


def _end(doing: Act, security: Security, state: str) -> None:
    security.state, security.ended_at = state, doing.at
    security.save(update_fields=["state", "ended_at"])
    drawn = state == "drawn"
    _tell(doing, security, events.SECURITY_DRAWN if drawn else events.SECURITY_RELEASED)


def _draw_use(doing: Act, security: Security, declaration: Declaration, owed: int) -> None:
    use = security.use
    assert use is not None
    using.fit_one(doing, use, declaration, min(use.liability, max(0, owed)))
    if use.state not in queries.OPEN_USE:
        return
    held = queries.open_uses(declaration.pk).filter(guarantee=use.guarantee).first()
    if held is None:
        use.declaration, use.subject = declaration, ""
        held = use
    else:
        # The guarantee holds something for the debt already: it is one use from now on.
        held.liability, held.amount = held.liability + use.liability, held.amount + use.amount
        held.save(update_fields=["liability", "amount"])
        use.state, use.ended_at, use.amount, use.liability = "discharged", doing.at, 0, 0
    if declaration.released_at is not None and use.state == "reserved":
        use.state = "drawn"
    use.save()
    using.tell_use(doing, held, declaration, events.GUARANTEE_DRAWN)


def _pay_out(doing: Act, security: Security, declaration: Declaration, owed: int) -> None:
    """Pay what arose out of deposits, adjustments first, and give back the rest."""
    left = max(0, owed)
    for one in Deposit.objects.filter(security=security, left__gt=0).order_by("id"):
        open_now = sorted(
            queries.open_notices(declaration.pk),
            key=lambda row: (row.kind != "adjustment", -row.pk),
        )
        for notice in open_now:
            part = min(left, one.left, notice.open)
            if part <= 0 or notice.currency != security.currency:
                continue
            money = Money(
                amount=part,
                day=one.line.value_day,
                method="deposit",
                source=(DEPOSIT, security.subject),
                line=one.line,
                reference=one.line.reference,
                payer_name=one.line.payer_name,
                payer_iban=one.line.payer_iban,
            )
            one.left -= part
            left -= part
            one.save(update_fields=["left"])
            paying.pay(doing, declaration, notice, money, "released")
    _give_back(doing, security)


def _give_back(doing: Act, security: Security) -> None:
    for one in Deposit.objects.filter(security=security, left__gt=0).select_related("line"):
        sides = [
            Side(DEPOSIT, security.subject, one.left),
            Side(REFUNDABLE, one.payer, -one.left),
        ]
        post(doing, "released", security.subject, security.currency, sides)
        made = Refund.objects.create(
            kind="deposit",
            declaration=security.declaration,
            line=one.line,
            payer=one.payer,
            currency=security.currency,
            amount=one.left,
            reason=security_number(security.subject),
            requested_by=doing.actor.name,
            requested_at=doing.at,
        )
        one.left = 0
        one.save(update_fields=["left"])
        tell_refund(doing, made, events.REFUND_REQUESTED, amount=made.amount, reason=made.reason)


def _tell(doing: Act, security: Security, kind: str, **body: object) -> None:
    """Announce a fact about a security to everybody whom its declaration concerns."""
    told = {
        "number": security_number(security.subject),
        "amount": security.amount,
        "currency": security.currency,
        "security": "" if security.use is None else security.use.guarantee.number,
        **body,
    }
    declaration = security.declaration
    about = declaration_subject(declaration.mrn, declaration.pk)
    doing.announce(kind, about, {"mrn": declaration.mrn, **told}, concerns=concerned(declaration))
