"""Audits, corrections and appeals, one of each more: for tests of what a page costs."""

from __future__ import annotations

from clearway.declarations.models import Declaration
from clearway.post_clearance.changing import Change, written
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


def add(mrn, member, trader, now):
    """Add an audit, a correction, an appeal and a draw on a declaration; grow the first audit."""
    declaration = Declaration.objects.get(mrn=mrn)
    changes = written([Change(1, "price", "12000.00")])
    made = Audit.objects.create(
        party="XP1000000001", organisation=trader, office="XP000110", channel="risk",
        ground="ordinary", reason="Price", state="field", opened_by=member, opened_at=now,
        notified_at=now, field_at=now, currency="XPR", extra=1,
    )  # fmt: skip
    AuditMember.objects.create(audit=made, officer=member, since=now)
    first = Audit.objects.order_by("pk").first()
    subject = AuditedDeclaration.objects.create(
        audit=first, declaration=declaration, changes=changes, version=1, extra=1
    )
    AuditLine.objects.create(subject=subject, item=1, tax="A00", before=1, after=2)
    correction = Correction.objects.create(
        declaration=declaration, version=1, changes=changes, message=b"{}", reason="Price",
        currency="XPR", difference=1, state="done", proposed_by=member, proposed_at=now,
        decided_by="user:0", decided_at=now,
    )  # fmt: skip
    Appeal.objects.create(
        declaration=declaration, kind="correction", number=correction.pk, organisation=trader,
        office="XP000110", state="heard", grounds="It was the price.", decided_first="user:0",
        lodged_by="user:0", lodged_at=now, admit_due=20_600, decide_due=20_640,
    )  # fmt: skip
    Claim.objects.create(
        declaration=declaration, organisation=trader, office="XP000110", state="lodged",
        grounds="Credited.", currency="XPR", amount=1, lodged_by="user:0", lodged_at=now,
        decide_due=20_640,
    )  # fmt: skip
    first_claim = Claim.objects.order_by("pk").first()
    ClaimLine.objects.create(claim=first_claim, tax=f"T{declaration.pk}", claimed=1)
    Draw.objects.create(
        declaration=declaration, office="XP000110", channel="random", draw=1, propensity=100, at=now
    )
