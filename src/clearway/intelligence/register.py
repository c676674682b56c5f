"""The register of intelligence: recorded, amended by versions, linked, closed with a reason."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import msgspec

from clearway.accounts.queries import organisation_of
from clearway.audit.actor import Actor
from clearway.declarations.queries import by_key
from clearway.declarations.service import needed_reason
from clearway.events.service import Act, act
from clearway.intelligence import access, events
from clearway.intelligence.models import Piece, PieceLink, PieceVersion
from clearway.intelligence.names import folded
from clearway.intelligence.rules import (
    AUDIENCES,
    CREDIBILITY,
    LINKS,
    RELIABILITY,
    SUBJECTS,
    days_wrong,
)
from clearway.intelligence.watchlists import today
from clearway.vocabulary.dates import date_of, days_of
from clearway.vocabulary.errors import DataRefused, StateForbids


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """An entry of the register as it is asked for: ``models.Piece`` says what each part means."""

    source: str
    reliability: str
    credibility: str
    subject_kind: str
    subject: str
    text: str
    reasons: str
    audience: str
    ends: date


def _faults(wanted: Wanted) -> list[tuple[str, str]]:
    faults = [
        (f"/body/{name}", "must not be empty")
        for name in ("source", "subject", "text", "reasons")
        if not getattr(wanted, name).strip()
    ]
    faults += [
        (f"/body/{name}", f"one of {', '.join(known)}")
        for name, known in (
            ("reliability", RELIABILITY), ("credibility", CREDIBILITY),
            ("subject_kind", SUBJECTS), ("audience", AUDIENCES),
        )
        if getattr(wanted, name) not in known
    ]  # fmt: skip
    now = date_of(today())
    return faults + days_wrong(now, wanted.ends, now)


def _refuse_wrong(wanted: Wanted) -> None:
    if faults := _faults(wanted):
        raise DataRefused(
            "The intelligence cannot be kept.",
            faults=faults,
            remedy="Mend what is named: it has a source, both grades, reasons and an end.",
        )


def record(actor: Actor, wanted: Wanted) -> Piece:
    """Record intelligence.

    Raises:
        DataRefused: a grade, the reasons or the end is missing or wrong.
    """
    _refuse_wrong(wanted)
    with act(actor) as doing:
        row = Piece(author=actor.name, recorded_at=doing.at)
        _fill(row, wanted)
        row.save()
        _keep(doing, row, wanted, "")
        doing.announce(
            events.RECORDED, f"intelligence:{row.pk}", {"subject_kind": row.subject_kind}
        )
    return row


def amend(actor: Actor, number: int, wanted: Wanted, why: str) -> Piece:
    """Amend an entry by a new version; nothing is overwritten.

    Raises:
        NotThere: no such entry for this actor.
        DataRefused: something is missing or wrong, or there is no reason.
        StateForbids: it is closed.
    """
    access.piece_for(actor, number)
    why = needed_reason(why)[:512]
    _refuse_wrong(wanted)
    with act(actor) as doing:
        row = _open(number)
        row.version += 1
        _fill(row, wanted)
        row.save()
        _keep(doing, row, wanted, why)
        doing.announce(events.AMENDED, f"intelligence:{row.pk}", {"version": row.version})
    return row


def link(actor: Actor, number: int, *, kind: str, key: str) -> PieceLink:
    """Link an entry to a party, a profile (by its code), a declaration or a case (by its number).

    Raises:
        NotThere: no such entry for this actor.
        DataRefused: nobody and nothing has this number or code.
        StateForbids: it is closed, or linked to it already.
    """
    access.piece_for(actor, number)
    key = key.strip()[:128]
    known = {
        "party": lambda: organisation_of(key) is not None,
        "declaration": lambda: by_key(key) is not None,
        "case": lambda: access.sees_case(actor, key),
        "profile": lambda: bool(key),  # profiles live in a pack, and in rooms beside this one
    }
    faults = [] if kind in LINKS else [("/body/kind", f"one of {', '.join(LINKS)}")]
    if kind in known and not (key and "\0" not in key and known[kind]()):
        faults.append(("/body/key", "unknown"))
    if faults:
        raise DataRefused(
            "Nothing can be linked by this.", faults=faults, remedy="Check the number or code."
        )
    with act(actor) as doing:
        row = _open(number)
        made, new = PieceLink.objects.get_or_create(
            piece=row, kind=kind, key=key, defaults={"by": actor.name, "at": doing.at}
        )
        if not new:
            raise StateForbids("It is linked to this already.")
        doing.announce(events.LINKED, f"intelligence:{row.pk}", {"kind": kind})
    return made


def close(actor: Actor, number: int, reason: str) -> Piece:
    """Close an entry before its end.

    Raises:
        NotThere: no such entry for this actor.
        DataRefused: there is no reason.
        StateForbids: it is closed already.
    """
    access.piece_for(actor, number)
    reason = needed_reason(reason)[:512]
    with act(actor) as doing:
        row = _open(number)
        row.state, row.closed_by, row.closed_at = "closed", actor.name, doing.at
        row.closed_why = reason
        row.save()
        doing.announce(events.CLOSED, f"intelligence:{row.pk}", {})
    return row


def versions(piece: Piece) -> list[tuple[PieceVersion, Wanted]]:
    """Return an entry's versions with their content, the latest first."""
    rows = PieceVersion.objects.filter(piece=piece).order_by("-number")
    return [(row, msgspec.json.decode(bytes(row.content), type=Wanted)) for row in rows]


def links(piece: Piece) -> Sequence[PieceLink]:
    """Return what an entry is linked to."""
    return list(PieceLink.objects.filter(piece=piece).order_by("id"))


def _open(number: int) -> Piece:
    row = Piece.objects.select_for_update().get(pk=number)
    if row.state != "open":
        raise StateForbids("This intelligence is closed.", remedy="Record what is new anew.")
    return row


def _fill(row: Piece, wanted: Wanted) -> None:
    row.source, row.text = wanted.source.strip()[:200], wanted.text.strip()[:4000]
    row.reliability, row.credibility = wanted.reliability, wanted.credibility
    row.subject_kind, row.subject = wanted.subject_kind, wanted.subject.strip()[:350]
    row.folded = folded(row.subject).text[:350]
    row.reasons, row.audience = wanted.reasons.strip()[:512], wanted.audience
    row.ends = days_of(wanted.ends)


def _keep(doing: Act, row: Piece, wanted: Wanted, why: str) -> None:
    PieceVersion.objects.create(
        piece=row, number=row.version, content=msgspec.json.encode(wanted), why=why,
        by=doing.actor.name, at=doing.at,
    )  # fmt: skip
