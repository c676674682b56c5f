"""Tax notices: issued on the newest assessment, replaced when it changes, cancelled, adjusted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final, NamedTuple

from django.db import transaction
from django.db.models import Q, QuerySet, Sum

from clearway.assessment.models import Assessment
from clearway.assessment.queries import charges, newest
from clearway.audit.actor import Actor
from clearway.declarations import debt as debts
from clearway.declarations.kinds import SIMPLIFIED
from clearway.declarations.models import Declaration
from clearway.declarations.queries import bearer_of, by_key, concerned, locked, supplement_of
from clearway.events.service import Act, act
from clearway.payments import events, queries, refunds, settling
from clearway.payments.ledger import RECEIVABLE, REVENUE, Side, post
from clearway.payments.models import Notice, NoticeLine, Payment
from clearway.payments.rules import creditor_reference, notice_number
from clearway.payments.terms import terms_at
from clearway.vocabulary.errors import DataRefused, StateForbids

DUE_DAYS: Final = 10
ADJUSTMENT, INTEREST, PENALTY = "adjustment", "interest", "penalty"
_BEFORE_MORE: Final = frozenset({"none", "secured", "paid", "final", "refunded"})
_GONE: Final = frozenset({"rejected", "invalidated"})


class Line(NamedTuple):
    """What is asked for, or taken back (below zero), by one tax, in minor units.

    ``kind`` is adjustment, interest or penalty.
    """

    tax: str
    amount: int
    legal_basis: str = ""
    kind: str = ADJUSTMENT


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
        _open_again(doing, declaration, "Supplementary declaration")
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
    if standing is None:
        return []
    rows = queries.notices_of(declaration.pk).filter(absorbed=True)
    return [standing, *rows.exclude(state="cancelled")]


def _open_again(doing: Act, declaration: Declaration, reason: str) -> None:
    for act_name in ("adjust", "assess"):
        if debts.can(declaration, act_name):
            debts.move(doing, declaration, act_name, reason=reason)
            return


class _Nothing:
    """That notice and assessment agree."""


_NOTHING_TO_DO: Final = _Nothing()


def _wanted(declaration: Declaration) -> Assessment | _Nothing | None:
    """Return the decision to be noticed, None where the notice that stands has no ground left."""
    standing = queries.standing_notice(declaration.pk)
    if declaration.state in _GONE:
        left = queries.notices_of(declaration.pk).exclude(state="cancelled").exists()
        return None if left or queries.open_uses(declaration.pk).exists() else _NOTHING_TO_DO
    ruling = supplement_of(declaration) or declaration
    decided = None if declaration.state == "received" else newest(ruling.pk)
    if decided is None or decided.payable is None:
        return _NOTHING_TO_DO
    if standing is not None and standing.assessment == decided.pk:
        return _NOTHING_TO_DO
    if standing is not None and standing.ahead:
        return decided
    if decided.payable == 0:
        return _NOTHING_TO_DO if standing is None else None
    return decided


def payer_of(declaration: Declaration) -> str:
    """Return who pays: the importer or exporter by his number, else the declarant."""
    party = declaration.exporter if declaration.direction == "EX" else declaration.importer
    return party or declaration.declarant


def by_tax(decided: Assessment) -> Mapping[str, tuple[int, str]]:
    """Return what a decision charges by tax: the amount and the first legal basis."""
    found: dict[str, tuple[int, str]] = {}
    for line in charges(decided.pk):
        amount, basis = found.get(line.tax, (0, ""))
        found[line.tax] = amount + (line.payable or 0), basis or line.legal_basis
    return {tax: told for tax, told in found.items() if told[0]}


def _issue(
    doing: Act, declaration: Declaration, decided: Assessment, standing: Notice | None
) -> Notice:
    lines = [Line(tax, amount, basis) for tax, (amount, basis) in by_tax(decided).items()]
    made = _write(doing, declaration, lines, assessment=decided.pk, currency=decided.currency)
    if standing is not None:
        made.replaces = standing
        made.save(update_fields=["replaces"])
    return made


def _write(
    doing: Act,
    declaration: Declaration,
    lines: Sequence[Line],
    *,
    kind: str = "assessment",
    assessment: int | None = None,
    currency: str = "",
    reason: str = "",
) -> Notice:
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
            reason=reason,
            entered_at=doing.at,
        )
    _book(doing, made, "notice", [(line.tax, line.amount) for line in lines])
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


def _book(doing: Act, notice: Notice, kind: str, parts: Sequence[tuple[str, int]]) -> None:
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
    _book(doing, notice, "cancelled", [(tax, -total) for tax, total in rows])
    notice.state = "cancelled"
    notice.save(update_fields=["state"])
    tell(doing, notice, declaration, events.NOTICE_CANCELLED, reason=declaration.state)
    return int(notice.paid)


def _carry(doing: Act, old: Notice, new: Notice, paid: int) -> int:
    """Let what was paid on a cancelled notice pay its successor; return what is too much."""
    part = int(min(paid, new.amount - new.paid))
    if not part:
        return paid
    sides = [
        Side(RECEIVABLE, old.payer, part, old.pk),
        Side(RECEIVABLE, new.payer, -part, new.pk),
    ]
    post(doing, "carried", subject(new), new.currency, sides)
    new.paid += part
    new.state = "paid" if new.paid == new.amount else "part_paid"
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


def adjust(
    doing: Act,
    declaration: Declaration,
    lines: Sequence[Line],
    reason: str,
    *,
    ahead: bool = False,
) -> Notice | None:
    """Ask for more after release, or take back what was asked, within an act.

    More becomes a notice of its own for each kind of line; less lowers the notices by tax, and
    what was paid of it already becomes a claim to a refund, which two persons then pay.

    Args:
        doing: the act.
        declaration: locked.
        lines: what is added (above zero) or taken back (below), by tax.
        reason: why, as the payer reads it.
        ahead: another version of the declaration follows that charges just this; its assessment is
            then not noticed again. ``not_ahead`` takes that back.

    Returns:
        The notice of what is added, the first where there are several; None where there is none.

    Raises:
        DataRefused: there is nothing to adjust.
        StateForbids: more is taken back than was asked for by that tax.
    """
    more = [line for line in lines if line.amount > 0]
    less = [line for line in lines if line.amount < 0]
    if not more and not less:
        raise DataRefused("There is nothing to adjust.", faults=(("/lines", "must not be empty"),))
    if ahead:
        _standing(declaration).update(ahead=True)
    for line in less:
        _take_back(doing, declaration, line, reason)
    made = [
        _write(doing, declaration, of_kind, kind=kind, reason=reason)
        for kind in (ADJUSTMENT, PENALTY, INTEREST)
        if (of_kind := [line for line in more if line.kind == kind])
    ]
    if ahead:
        Notice.objects.filter(pk__in=[one.pk for one in made if one.kind == ADJUSTMENT]).update(
            absorbed=True
        )
    if more:
        _open_again(doing, declaration, reason)
    settling.settle(doing, declaration)
    return made[0] if made else None


def not_ahead(declaration: Declaration, since: datetime) -> None:
    """Say that no version follows upon an adjustment made ``ahead`` at an instant.

    The declaration is locked; what bears its debt is locked here.
    """
    bears = locked(bearer_of(declaration).pk)
    _standing(bears).update(ahead=False)
    rows = queries.notices_of(bears.pk).filter(kind=ADJUSTMENT, issued_at__gte=since)
    rows.update(absorbed=False)


def _standing(declaration: Declaration) -> QuerySet[Notice]:
    rows = queries.notices_of(declaration.pk).filter(kind="assessment")
    return rows.exclude(state="cancelled")


def _take_back(doing: Act, declaration: Declaration, line: Line, reason: str) -> None:
    """Lower the notices by one tax, unpaid and late ones first; what was paid goes back."""
    left = -line.amount
    rows = queries.notices_of(declaration.pk).exclude(state="cancelled")
    found = rows.filter(Q(lines__tax=line.tax)).distinct()
    for notice in sorted(found, key=lambda one: (not one.open, -one.pk)):
        asked = notice.lines.filter(tax=line.tax).aggregate(total=Sum("amount"))["total"] or 0
        part = min(left, asked)
        if part <= 0:
            continue
        _lower(doing, declaration, notice, line._replace(amount=-part), reason)
        left -= part
    if left:
        raise StateForbids(
            "More would be taken back than was asked for.",
            remedy="Take back at most what the notices ask for by this tax.",
        )


def _lower(doing: Act, declaration: Declaration, notice: Notice, line: Line, reason: str) -> None:
    part = -line.amount
    back = max(0, part - notice.open)
    NoticeLine.objects.create(
        notice=notice,
        tax=line.tax,
        amount=line.amount,
        legal_basis=line.legal_basis,
        reason=reason,
        entered_at=doing.at,
    )
    _book(doing, notice, "reduced", [(line.tax, -part)])
    notice.paid -= back
    notice.credited += part
    notice.state = settling.state_of(notice)
    notice.save(update_fields=["paid", "credited", "state"])
    tell(doing, notice, declaration, events.NOTICE_ADJUSTED, amount=part, reason=reason)
    if back:
        refunds.claim(doing, declaration, notice, back, "overpaid", reason)


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
