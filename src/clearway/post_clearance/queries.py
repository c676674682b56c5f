"""Every read of the room."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from django.db.models import QuerySet

from clearway.declarations.models import Declaration
from clearway.post_clearance.models import (
    Appeal,
    Audit,
    AuditedDeclaration,
    AuditLine,
    AuditMember,
    Claim,
    ClaimLine,
    Correction,
    Draw,
)

_LARGEST_NUMBER: Final = 2**63 - 1


def is_number(number: int) -> bool:
    """Tell whether a number can be one of a row."""
    return 0 < number <= _LARGEST_NUMBER


def audits() -> QuerySet[Audit]:
    """Return every audit; who may see which is decided in ``access``."""
    return Audit.objects.all()


def locked_audit(number: int) -> Audit:
    """Return an audit for writing: nobody else writes it until the transaction ends."""
    return Audit.objects.select_for_update().get(pk=number)


def subjects(audit: Audit) -> list[AuditedDeclaration]:
    """Return the declarations of an audit, in the order of their numbers."""
    rows = AuditedDeclaration.objects.filter(audit=audit).select_related("declaration")
    return list(rows.order_by("declaration_id"))


def subjects_of(audits_: Iterable[Audit]) -> dict[int, list[AuditedDeclaration]]:
    """Return the declarations of many audits by the audit's number."""
    found: dict[int, list[AuditedDeclaration]] = {}
    rows = AuditedDeclaration.objects.filter(audit__in=list(audits_)).select_related("declaration")
    for row in rows.order_by("declaration_id"):
        found.setdefault(row.audit_id, []).append(row)
    return found


def open_audit(declaration: int) -> Audit | None:
    """Return the audit of a declaration that is not decided."""
    row = AuditedDeclaration.objects.filter(declaration=declaration, open=True)
    found = row.select_related("audit").first()
    return None if found is None else found.audit


def audits_of(declaration: Declaration) -> QuerySet[Audit]:
    """Return every audit that a declaration was in, the latest first."""
    return Audit.objects.filter(subjects__declaration=declaration).order_by("-id")


def team(audit: Audit) -> list[str]:
    """Return the officers of an audit's team by their names as actors."""
    rows = AuditMember.objects.filter(audit=audit).order_by("id")
    return list(rows.values_list("officer", flat=True))


def lines(subject: AuditedDeclaration) -> list[AuditLine]:
    """Return what differs on a declaration, item by item."""
    return list(AuditLine.objects.filter(subject=subject).order_by("item", "id"))


def lines_of(audit: Audit) -> dict[int, list[AuditLine]]:
    """Return what differs on every declaration of an audit, by the row of its subject."""
    found: dict[int, list[AuditLine]] = {}
    for line in AuditLine.objects.filter(subject__audit=audit).order_by("item", "id"):
        found.setdefault(line.subject_id, []).append(line)
    return found


def waiting_draws() -> QuerySet[Draw]:
    """Return what was selected and is neither taken up nor passed over."""
    rows = Draw.objects.filter(settled_at=None).exclude(channel="none")
    return rows.select_related("declaration")


def corrections() -> QuerySet[Correction]:
    """Return every correction with its declaration; ``access`` decides who sees which."""
    return Correction.objects.select_related("declaration")


def claims() -> QuerySet[Claim]:
    """Return every claim with its declaration; ``access`` decides who sees which."""
    return Claim.objects.select_related("declaration")


def lines_claimed(claims_: Iterable[Claim]) -> dict[int, list[ClaimLine]]:
    """Return what claims claim by tax, by the claim's number."""
    found: dict[int, list[ClaimLine]] = {}
    for line in ClaimLine.objects.filter(claim__in=list(claims_)).order_by("tax"):
        found.setdefault(line.claim_id, []).append(line)
    return found


def appeals() -> QuerySet[Appeal]:
    """Return every appeal with its declaration; ``access`` decides who sees which."""
    return Appeal.objects.select_related("declaration")
