"""Rows of a bulk file that were on record before the process ended: known again by their message.

Rows of files have no idempotency key. A row whose reference is used, by the very same message from
the same organisation, is that row: it gets the answer that is on record and is not lodged twice.
"""

from __future__ import annotations

import json

from clearway.assessment import queries as assessed
from clearway.declarations.models import Declaration
from clearway.declarations.queries import version
from clearway.intake.answering import Brief, brief_rejected, encoded
from clearway.intake.submission import Answer, Piece
from clearway.kernel.decisions import Finding, Severity


def recognise(piece: Piece) -> bool:
    """Answer a row from the record if it stands there; tell whether it does."""
    submission = piece.submission
    found = Declaration.objects.filter(
        declarant=piece.declarant, lrn=piece.lrn, organisation=submission.actor.organisation
    ).first()
    first = None if found is None else version(found, 1)
    if found is None or first is None or bytes(first.message) != submission.body:
        return False
    if found.mrn is not None:
        piece.answer = Answer(201, encoded(Brief(piece.lrn, found.mrn, found.state)))
        return True
    assessment = assessed.newest(found.pk)
    findings = [] if assessment is None else assessed.findings(assessment.pk)
    told = [
        Finding(
            row.rule,
            Severity(row.severity),
            row.pointer,
            row.item,
            tuple(json.loads(bytes(row.parameters)).items()),
        )
        for row in findings
    ]
    piece.answer = brief_rejected(piece.lrn, told)
    return True
