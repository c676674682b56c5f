"""Every write of the room: the kernel's decisions, many at once, in the caller's transaction."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

import msgspec
from django.db import connection
from django.db.models import Q

from clearway.assessment import queries
from clearway.assessment.models import AMENDMENT, ARRIVAL, CARGO, LODGEMENT, KnownSince, ProfileSet
from clearway.audit import clock, numbers
from clearway.audit.bulk import ask, insert
from clearway.declarations.storing import stored_text
from clearway.kernel.decisions import Channel, Decision, Finding, Hit, Question, Selection, TaxLine
from clearway.kernel.reference import Profile, Reference
from clearway.vocabulary.clock import microseconds

__all__ = [
    "AMENDMENT", "ARRIVAL", "CARGO", "LODGEMENT", "Assessed", "asked_by", "encoded", "find_anew",
    "select_anew", "store_many",
]  # fmt: skip
_pack = msgspec.msgpack.Encoder().encode
_json = msgspec.json.Encoder().encode

_ASSESSMENT = (
    "id, declaration, version, occasion, at, kernel_version, reference_hash, profile_set, "
    "accepted, lane, channel, score, draw, drawn, selection, asked, random_rate, payable, currency"
)
_FINDING = "assessment_id, rule, severity, pointer, item, parameters"
_CHARGE = (
    "assessment_id, item, tax, family, base, base_quantity, base_unit, rate, amount, payable, "
    "legal_basis, measure, preference, quota_order, reason"
)
_HIT = "assessment_id, items, profile, version, lane, contribution, channel"
_QUESTION = (
    "assessment_id, item, kind, code, agency, quantity, unit, legal_basis, amount_if_granted"
)
_INT64 = 2**63 - 1


class Assessed(msgspec.Struct, frozen=True):
    """One decision and what it is about.

    ``declaration`` and ``version`` are row numbers; ``occasion`` is as in ``models.Assessment``;
    ``payable`` the sum of the charges in minor units, None where one is unknown.
    """

    declaration: int
    version: int
    occasion: str
    at: datetime
    decision: Decision
    payable: int | None


def store_many(cursor: Any, assessed: Sequence[Assessed], reference: Reference) -> list[int]:
    """Write decisions with all they hold, and return the assessments' row numbers in order.

    Args:
        cursor: of the open transaction that stores the declarations too.
        assessed: the decisions.
        reference: the pack by which was decided.
    """
    _keep_profiles(cursor, reference)
    ids = list(numbers.take(cursor, "assessment", len(assessed)))
    findings: list[Any] = []
    charges: list[Any] = []
    hits: list[Any] = []
    shadow: list[Any] = []
    questions: list[Any] = []
    heads = []
    for number, one in zip(ids, assessed, strict=True):
        decision = one.decision
        heads.append(_head(number, one, reference))
        findings += [_finding(number, row) for row in decision.findings]
        charges += [_charge(number, row) for row in decision.charges]
        if decision.accepted:
            hits += _hits(number, decision.hits)
            shadow += _hits(number, decision.shadow_hits)
        questions += [_question(number, row) for row in decision.questions]
    insert(cursor, "assessment_assessment", _ASSESSMENT, heads)
    insert(cursor, "assessment_finding", _FINDING, findings)
    insert(cursor, "assessment_charge", _CHARGE, charges)
    insert(cursor, "assessment_hit", _HIT, hits)
    insert(cursor, "assessment_shadowhit", _HIT, shadow)
    insert(cursor, "assessment_question", _QUESTION, questions)
    return ids


def select_anew(
    cursor: Any, one: Assessed, reference: Reference, features: Mapping[str, object]
) -> int:
    """Write the decision on a version that was decided on before; return its row number.

    Args:
        cursor: of the open transaction that takes over its lane too.
        one: the decision; what it charges is what was charged before.
        reference: the pack by which was decided, as before.
        features: by which was decided, in place of those of the version's lodgement.
    """
    (number,) = store_many(cursor, [one], reference)
    KnownSince.objects.create(assessment_id=number, features=_pack(dict(features)))
    return number


def find_anew(declaration: int, rules: Collection[str], found: Finding | None) -> bool:
    """Let the newest assessment say what the record finds now, in place of what it found before.

    Call it within the transaction that announces it: what was found before stays on record as
    the events that told it.

    Args:
        declaration: its row number.
        rules: what may have been found before.
        found: what is wrong now; None where nothing is any more.

    Returns:
        Whether ``found`` is new.
    """
    newest = queries.newest(declaration)
    if newest is None:
        return False
    before = queries.findings(newest.pk).filter(rule__in=rules)
    if found is None:
        before.delete()
        return False
    row = _finding(newest.pk, found)
    same = Q(rule=row[1], parameters=row[5])
    before.exclude(same).delete()
    if before.filter(same).exists():
        return False
    with connection.cursor() as cursor:
        insert(cursor, "assessment_finding", _FINDING, [row])
    return True


def _keep_profiles(cursor: Any, reference: Reference) -> None:
    """Keep the profiles that stand in place of the pack's, in the transaction that names them."""
    name = reference.profile_set
    if not name:
        return
    if ask(cursor, "SELECT 1 FROM assessment_profileset WHERE hash = %s", [name]):
        return
    kept = ProfileSet(hash=name, profiles=encoded(reference.profiles), at=clock.now())
    ProfileSet.objects.bulk_create([kept], ignore_conflicts=True)


def encoded(profiles: Sequence[Profile]) -> bytes:
    """Return profiles as a set of them is kept; the SHA-256 of this is the set's name."""
    return _pack(tuple(profiles))


def _head(number: int, one: Assessed, reference: Reference) -> tuple[Any, ...]:
    decision, currency = one.decision, reference.currency
    selection: Selection | None = decision.selection if decision.accepted else None
    start = (
        number,
        one.declaration,
        one.version,
        one.occasion,
        microseconds(one.at),
        decision.kernel_version,
        decision.reference_hash,
        reference.profile_set,
        decision.accepted,
    )
    payable = _int64(one.payable)
    if selection is None:
        return (*start, None, "", None, None, None, None, None, None, payable, currency)
    return (
        *start,
        int(selection.lane),
        selection.channel.value,
        selection.score,
        selection.draw,
        selection.drawn,
        _pack(selection),
        asked_by(selection),
        reference.selection.random_rate,
        payable,
        currency,
    )


def asked_by(selection: Selection) -> str:
    """Return the channels that asked for more than a release, each with its lane.

    >>> from clearway.kernel.decisions import Channel, ChannelResult, Lane
    >>> spoke = (ChannelResult(Channel.PROFILE, Lane.YELLOW), ChannelResult(Channel.NONE, Lane(0)))
    >>> asked_by(Selection(Lane.YELLOW, Channel.PROFILE, 0, 0, -1, False, spoke, ()))
    'profile:2'
    """
    return " ".join(
        f"{one.channel.value}:{int(one.lane)}"
        for one in selection.channels
        if one.lane is not None and one.channel is not Channel.NONE
    )


def _finding(number: int, row: Finding) -> tuple[Any, ...]:
    pointer = row.pointer
    return number, row.rule, row.severity.value, pointer, row.item, _json(dict(row.parameters))


def _charge(number: int, row: TaxLine) -> tuple[Any, ...]:
    return (
        number,
        row.item,
        row.tax,
        row.family,
        _int64(row.base),
        _int64(row.base_quantity),
        stored_text(row.base_unit),
        row.rate_text,
        _int64(row.amount),
        _int64(row.payable),
        row.legal_basis,
        row.measure,
        stored_text(row.preference),
        stored_text(row.quota_order),
        row.reason,
    )


def _hits(number: int, hits: Sequence[Hit]) -> list[tuple[Any, ...]]:
    """Return one row for each profile that was hit, with all the items on which it was."""
    rows: dict[tuple[Any, ...], list[str]] = {}
    for hit in hits:
        lane = None if hit.lane is None else int(hit.lane)
        told = (hit.profile, hit.version, lane, hit.contribution, hit.channel.value)
        rows.setdefault(told, []).append(str(hit.item))
    return [(number, ",".join(items), *told) for told, items in rows.items()]


def _question(number: int, row: Question) -> tuple[Any, ...]:
    return (
        number,
        row.item,
        row.kind,
        stored_text(row.code),
        row.agency,
        _int64(row.quantity),
        stored_text(row.unit),
        row.legal_basis,
        _int64(row.amount_if_granted),
    )


def _int64(value: int | None) -> int | None:
    """Leave out what 64 bits cannot hold: a finding has told it."""
    return value if value is None or -_INT64 <= value <= _INT64 else None
