"""What became of a row of a bulk file, and what is wrong with it, as rows of the record."""

from __future__ import annotations

import msgspec

from clearway.intake.answering import Brief
from clearway.intake.bulk_reading import Row
from clearway.intake.models import BulkJob, BulkRow
from clearway.intake.submission import Answer
from clearway.messages import SyntaxProblem

_MOST_ERRORS = 50
"""Things told of one row."""
_decode = msgspec.json.Decoder(Brief).decode
_encode = msgspec.json.Encoder().encode


def fate(answer: Answer | None) -> str:
    """Return under which count of its job a row goes."""
    if answer is None:
        return "unreadable"
    return {201: "accepted", 422: "rejected", 400: "unreadable"}.get(answer.status, "quarantined")


def wrong(job: BulkJob, row: Row, answer: Answer | None) -> list[BulkRow]:
    """Return what is wrong with a row, bounded."""
    if answer is None or answer.status == 400:
        return [_told(job, row, one) for one in row.problems_or_reread()[:_MOST_ERRORS]]
    if answer.status != 422:
        return [
            BulkRow(job=job, row=row.number, code="CLW9002", severity="error", parameters=b"{}")
        ]
    brief = _decode(answer.body)
    return [
        BulkRow(
            job=job,
            row=row.number,
            lrn=brief.lrn,
            code=one.code,
            severity=one.severity,
            pointer=one.pointer,
            parameters=_encode(one.parameters),
        )
        for one in brief.findings[:_MOST_ERRORS]
    ]


def _told(job: BulkJob, row: Row, problem: SyntaxProblem) -> BulkRow:
    finding = problem.finding()
    return BulkRow(
        job=job,
        row=row.number,
        code=finding.rule,
        severity=finding.severity.value,
        pointer=finding.pointer,
        parameters=_encode(dict(finding.parameters)),
    )
