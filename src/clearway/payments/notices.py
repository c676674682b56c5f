"""Tax notices: issued on the newest assessment, replaced when it changes, cancelled."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

from django.db import transaction
from django.db.models import Sum

from clearway.assessment.models import Assessment
from clearway.audit.actor import Actor
from clearway.declarations import debt as debts
from clearway.declarations.kinds import SIMPLIFIED
from clearway.declarations.models import Declaration
from clearway.declarations.queries import bearer_of, by_key, concerned, locked, supplement_of
from clearway.events.service import Act, act
from clearway.payments import departing, events, queries, refunds, settling
from clearway.payments.ledger import RECEIVABLE, REVENUE, Side, post
from clearway.payments.models import Notice, NoticeLine, Payment
from clearway.payments.rules import creditor_reference, notice_number
from clearway.payments.terms import terms_at

DUE_DAYS: Final = 10
ADJUSTMENT, INTEREST, PENALTY = "adjustment", "interest", "penalty"
_BEFORE_MORE: Final = frozenset({"none", "secured", "paid", "final", "refunded"})
_GONE: Final = frozenset({"rejected", "invalidated"})


class Line(NamedTuple):
    """What is asked for, or taken back (below zero), by one tax, in minor units.

    ``kind`` is adjustment, interest or penalty; ``reason`` is told where it is not the notice's.
    """

    tax: str
    amount: int
    legal_basis: str = ""
    kind: str = ADJUSTMENT
    reason: str = ""


def follow(actor: Actor, mrn: str) -> bool:
    """Bring the notice of a declaration into line with its newest assessment.

    Doing it again changes nothing: a decision of the kernel stands on one notice at a time.

    Returns:
        Whether something was written.
    """
    found = by_key(mrn)
    if found is None:
        return False
    with transaction.atomic():
        declaration = locked(found.pk)
        bears = bearer_of(declaration)
        settled = agrees(bears) and not _opened_in_vain(bears)
        if settled and (bears == declaration or not _owes(declaration)):
            return False
        if bears == declaration and _adopted(declaration, _wanted(declaration)):
            return True
        with act(actor) as doing:
            bring(doing, declaration)
    return True


def agrees(declaration: Declaration) -> bool:
    """Tell whether a declaration's notice asks for what is decided on its goods now."""
    return _wanted(declaration) is _NOTHING_TO_DO


def is_behind(declaration: Declaration) -> bool:
    """Tell whether a declaration's notice, or that it has none, is of an older decision."""
    noticed = queries.standing_notice(declaration.pk) is not None
    return (noticed or declaration.debt_state == "none") and not agrees(declaration)


def bring(doing: Act, declaration: Declaration) -> None:
    """Do what ``follow`` does within an act on a locked declaration; nothing where all is well.

    A supplementary declaration determines what its simplified one owes. The notice is written on
    that one, where what was paid and secured counts; the supplementary one owes nothing twice.
    """
    bears = bearer_of(declaration)
    if bears == declaration:
        _bring(doing, declaration)
        return
    _bring(doing, locked(bears.pk))
    if _owes(declaration):
        debts.move(doing, declaration, "owe_nothing")


def _owes(supplementary: Declaration) -> bool:
    return supplementary.debt_state != "none" and debts.can(supplementary, "owe_nothing")


def _opened_in_vain(declaration: Declaration) -> bool:
    """Tell whether a version of its own opened a debt that a supplementary one determines.

    What that one asks for was paid or secured before, and still is.
    """
    if declaration.debt_state not in {"assessed", "adjusted"} or supplement_of(declaration) is None:
        return False
    debt = queries.debt_of(declaration.pk)
    if debt.outstanding:
        return debt.covered and declaration.debt_state == "assessed"
    return bool(debt.paid) or declaration.debt_state == "adjusted"


def _bring(doing: Act, declaration: Declaration) -> None:
    wanted = _wanted(declaration)
    if wanted is _NOTHING_TO_DO:
        if _opened_in_vain(declaration):
            settling.settle(doing, declaration)
        return
    if _adopted(declaration, wanted):
        return
    standing = last = queries.standing_notice(declaration.pk)
    olds = _replaced(declaration, standing)
    paid = [(old, _cancel(doing, old, declaration)) for old in olds]
    if isinstance(wanted, Assessment):
        made = _issue(doing, declaration, wanted, standing)
        paid = [(old, _carry(doing, old, made, part)) for old, part in paid]
    carried = sum(part for _, part in paid)
    if declaration.state in _GONE:
        for each in queries.notices_of(declaration.pk).exclude(state="cancelled"):
            carried, last = carried + _cancel(doing, each, declaration), each
    if last is not None and carried:
        kind = "cancelled" if declaration.state in _GONE else "overpaid"
        refunds.claim(doing, declaration, last, carried, kind)
    settled = declaration.kind == SIMPLIFIED and declaration.debt_state in _BEFORE_MORE
    if settled and queries.debt_of(declaration.pk).outstanding:
        # What is owed more was found by another declaration: the debt is open again.
        settling.open_again(doing, declaration, "Supplementary declaration")
    settling.settle(doing, declaration)


def _adopted(declaration: Declaration, decided: object) -> bool:
    """Let a notice and its adjustments stand for an assessment that charges what they ask for.

    Whoever adjusted ahead of the assessment has told its payer.
    """
    standing = queries.standing_notice(declaration.pk)
    if standing is None or not standing.ahead or not isinstance(decided, Assessment):
        return False
    standing.assessment, standing.version, standing.ahead = decided.pk, declaration.version, False
    standing.save(update_fields=["assessment", "version", "ahead"])
    return True


def _replaced(declaration: Declaration, standing: Notice | None) -> list[Notice]:
    """Return what another assessment's notice replaces: the standing one and what it absorbed."""
    rows = queries.notices_of(declaration.pk).filter(absorbed=True).exclude(state="cancelled")
    return list(rows) if standing is None else [standing, *rows]


class _Nothing:
    """That notice and assessment agree."""


_NOTHING_TO_DO: Final = _Nothing()


def _wanted(declaration: Declaration) -> Assessment | _Nothing | None:
    """Return the decision to be noticed, None where the notice that stands has no ground left."""
    standing = queries.standing_notice(declaration.pk)
    if declaration.state in _GONE:
        left = queries.notices_of(declaration.pk).exclude(state="cancelled").exists()
        return None if left or queries.open_uses(declaration.pk).exists() else _NOTHING_TO_DO
    decided = None if declaration.state == "received" else departing.ruling(declaration)
    if decided is None or decided.payable is None:
        return _NOTHING_TO_DO
    if standing is not None and standing.assessment == decided.pk:
        return _NOTHING_TO_DO
    if standing is not None and standing.ahead:
        return decided
    if not departing.payable(declaration.pk, decided):
        return _NOTHING_TO_DO if standing is None else None
    return decided


def payer_of(declaration: Declaration) -> str:
    """Return who pays: the importer or exporter by his number, else the declarant."""
    party = declaration.exporter if declaration.direction == "EX" else declaration.importer
    return party or declaration.declarant


def _issue(
    doing: Act, declaration: Declaration, decided: Assessment, standing: Notice | None
) -> Notice:
    lines = [
        Line(tax, amount, basis, reason=reason)
        for tax, amount, basis, reason in departing.lines(declaration.pk, decided)
    ]
    made = write(doing, declaration, lines, assessment=decided.pk, currency=decided.currency)
    if standing is not None:
        made.replaces = standing
        made.save(update_fields=["replaces"])
    return made


def write(
    doing: Act,
    declaration: Declaration,
    lines: Sequence[Line],
    *,
    kind: str = "assessment",
    assessment: int | None = None,
    currency: str = "",
    reason: str = "",
) -> Notice:
    """Write a notice, book it and tell its payer, within an act on a locked declaration."""
    terms = terms_at(doing.at)
    made = Notice.objects.create(
        declaration=declaration,
        version=declaration.version,
        kind=kind,
        assessment=assessment,
        payer=payer_of(declaration),
        organisation=declaration.organisation,
        currency=currency or terms.currency,
        amount=sum(line.amount for line in lines),
        due=terms.due("payments.due_days", DUE_DAYS),
        reason=reason,
        issued_at=doing.at,
    )
    for line in lines:
        NoticeLine.objects.create(
            notice=made,
            tax=line.tax,
            amount=line.amount,
            legal_basis=line.legal_basis,
            reason=line.reason or reason,
            entered_at=doing.at,
        )
    book(doing, made, "notice", [(line.tax, line.amount) for line in lines])
    number = notice_number(made.pk)
    tell(
        doing,
        made,
        declaration,
        events.NOTICE_ISSUED,
        code=events.ISSUED_CODE,
        amount=made.amount,
        currency=made.currency,
        due=made.due,
        reference=creditor_reference(number),
        lines=[{"tax": line.tax, "amount": line.amount} for line in lines],
    )
    return made


def book(doing: Act, notice: Notice, kind: str, parts: Sequence[tuple[str, int]]) -> None:
    """Post what is asked for by tax, or taken back: the payer owes it, it is revenue."""
    total = sum(amount for _, amount in parts)
    post(
        doing,
        kind,
        subject(notice),
        notice.currency,
        [
            Side(RECEIVABLE, notice.payer, total, notice.pk),
            *(Side(REVENUE, tax, -amount, notice.pk) for tax, amount in parts),
        ],
    )


def _cancel(doing: Act, notice: Notice, declaration: Declaration) -> int:
    """Cancel a notice within an act, and return what was paid on it, which is then carried."""
    rows = notice.lines.values_list("tax").annotate(total=Sum("amount")).order_by("tax")
    book(doing, notice, "cancelled", [(tax, -total) for tax, total in rows])
    notice.state = "cancelled"
    notice.save(update_fields=["state"])
    tell(doing, notice, declaration, events.NOTICE_CANCELLED, reason=declaration.state)
    return int(notice.paid)


def _carry(doing: Act, old: Notice, new: Notice, paid: int) -> int:
    """Let what was paid on a cancelled notice pay its successor; return what is too much."""
    part = int(min(paid, new.open))
    if not part:
        return paid
    sides = [
        Side(RECEIVABLE, old.payer, part, old.pk),
        Side(RECEIVABLE, new.payer, -part, new.pk),
    ]
    post(doing, "carried", subject(new), new.currency, sides)
    new.paid += part
    new.state = settling.state_of(new)
    new.save(update_fields=["paid", "state"])
    Payment.objects.create(
        notice=new,
        method="carried",
        reference=notice_number(old.pk),
        currency=new.currency,
        amount=part,
        at=doing.at,
    )
    return paid - part


def subject(notice: Notice) -> str:
    """Return the subject of a notice in the record."""
    return f"notice:{notice.pk}"


def tell(doing: Act, notice: Notice, declaration: Declaration, kind: str, **body: object) -> None:
    """Announce a fact about a notice to everybody whom its declaration concerns."""
    doing.announce(
        kind,
        subject(notice),
        {"number": notice_number(notice.pk), "mrn": declaration.mrn, **body},
        concerns=concerned(declaration),
    )
