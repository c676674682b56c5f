"""What decisions add to a debt or take back of it, beside what the kernel assessed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db.models import Q, QuerySet, Sum

from clearway.declarations.models import Declaration
from clearway.declarations.queries import bearer_of, locked
from clearway.events.service import Act
from clearway.payments import departing, events, notices, queries, refunds, settling
from clearway.payments.departing import Part
from clearway.payments.models import Notice, NoticeLine
from clearway.payments.notices import ADJUSTMENT, INTEREST, PENALTY, Line
from clearway.vocabulary.errors import DataRefused, StateForbids


def adjust(
    doing: Act,
    declaration: Declaration,
    lines: Sequence[Line],
    reason: str,
    *,
    ahead: bool = False,
    departs: bool = False,
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
        departs: it is a departure (``depart``): the next assessment's notice charges what is left
            of it, and replaces what is asked for here.

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
        notices.write(doing, declaration, of_kind, kind=kind, reason=reason)
        for kind in (ADJUSTMENT, PENALTY, INTEREST)
        if (of_kind := [line for line in more if line.kind == kind])
    ]
    if ahead or departs:
        Notice.objects.filter(pk__in=[one.pk for one in made if one.kind == ADJUSTMENT]).update(
            absorbed=True
        )
    if more:
        settling.open_again(doing, declaration, reason)
    settling.settle(doing, declaration)
    return made[0] if made else None


def depart(
    doing: Act, declaration: Declaration, subject: str, parts: Sequence[Part], reason: str
) -> bool:
    """Let a decision depart from the assessment of a locked declaration, and adjust what it owes.

    Whatever assessment comes later, what is left of the departure is charged with it.

    Args:
        doing: the act.
        declaration: locked; it bears the debt.
        subject: the decision, with its kind before a colon; it departs once.
        parts: by how much, by tax and item.
        reason: why, as the payer reads it.

    Returns:
        Whether it was new.

    Raises:
        StateForbids: more is taken back than was asked for by a tax.
    """
    before = _left(declaration)
    if not departing.record(doing, declaration, subject, parts, reason):
        return False
    if not notices.agrees(declaration):
        notices.bring(doing, declaration)
        return True
    after = _left(declaration)
    moved = {tax: after.get(tax, 0) - before.get(tax, 0) for tax in sorted({*before, *after})}
    lines = [Line(tax, amount) for tax, amount in moved.items() if amount]
    if lines:
        adjust(doing, declaration, lines, reason, departs=True)
    return True


def _left(declaration: Declaration) -> dict[str, int]:
    decided = departing.ruling(declaration)
    now = {} if decided is None else departing.charged(decided)
    return departing.by_tax(departing.left(declaration.pk, now))


def not_ahead(doing: Act, declaration: Declaration, since: datetime, subject: str) -> None:
    """Say that no version follows upon an adjustment made ``ahead`` at an instant.

    What was adjusted then departs from the assessment that stands. The declaration is locked; what
    bears its debt is locked here.

    Args:
        doing: the act.
        declaration: locked.
        since: when it was adjusted.
        subject: the decision, with its kind before a colon.
    """
    bears = locked(bearer_of(declaration).pk)
    if not _standing(bears).filter(ahead=True).exists():
        return
    _standing(bears).update(ahead=False)
    rows = NoticeLine.objects.filter(notice__declaration=bears, entered_at__gte=since)
    lowered = Q(notice__kind__in=("assessment", ADJUSTMENT), amount__lt=0)
    added = Q(notice__kind=ADJUSTMENT, notice__issued_at__gte=since)
    rows = rows.filter(lowered | added).exclude(notice__state="cancelled")
    summed = rows.values_list("tax").annotate(total=Sum("amount")).order_by("tax")
    reason = rows.order_by("id").values_list("reason", flat=True).first() or subject
    departing.record(doing, bears, subject, [Part(tax, total) for tax, total in summed], reason)


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
    notices.book(doing, notice, "reduced", [(line.tax, -part)])
    notice.paid -= back
    notice.credited += part
    notice.state = settling.state_of(notice)
    notice.save(update_fields=["paid", "credited", "state"])
    notices.tell(doing, notice, declaration, events.NOTICE_ADJUSTED, amount=part, reason=reason)
    if back:
        refunds.claim(doing, declaration, notice, back, "overpaid", reason)
