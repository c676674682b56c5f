"""Every write of the room: a document is issued, made void, and printed.

A document is never changed. What it says has changed where another is issued of the same kind
and subject: the former is void from that instant, and whoever scans its code is told so.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db import connection, transaction

from clearway.audit import clock
from clearway.audit.actor import Actor
from clearway.documents import contents, events, queries, rules
from clearway.documents.kinds import REASONS
from clearway.documents.models import IssuedDocument, Reader, Rendering
from clearway.events.service import Act, act
from clearway.kernel.texts import LANGUAGES
from clearway.vocabulary.errors import DefectFound


def issue(
    doing: Act,
    *,
    kind: str,
    subject: str,
    data: contents.Content | Mapping[str, Any],
    concerns: Sequence[int],
    language: str = "en",
    record: str = "",
) -> IssuedDocument:
    """Issue a document within an act; the very one that holds already, where it says the same.

    Args:
        doing: the act. Nothing is announced where the document was issued before.
        kind: one of ``kinds.KINDS``.
        subject: what it is about, as events name it.
        data: what it says (``contents``), with the office or agency that issues it.
        concerns: the organisations that may read it, the holder first.
        language: one of the five, in which it is asked for first.
        record: the subject on whose page it is listed; ``subject`` itself by default.

    Raises:
        DataRefused: a datum is missing or wrong; the faults name it.
    """
    _check(language)
    said = rules.content_of(kind, data)
    content = rules.canonical(said)
    digest = rules.digest(content)
    _take_turn(kind, subject)
    former = queries.valid(kind, subject)
    if former is not None and former.sha256 == digest:
        return former
    if former is not None and not _void(doing, former, "data_changed"):
        former = None  # somebody withdrew it at this very moment, and said so
    row = IssuedDocument.objects.create(
        kind=kind,
        subject=subject,
        record=record or subject,
        organisation=concerns[0],
        office=said.office,
        language=language,
        data=content,
        sha256=digest,
        token=secrets.token_urlsafe(16),
        issued_at=doing.at,
        issued_by=doing.actor.name,
        replaces=former,
    )
    readers = sorted({*concerns} - {0})
    Reader.objects.bulk_create(Reader(document=row, organisation=one) for one in readers)
    if former is not None:
        _announce_void(doing, former, queries.readers(former), row.number)
    told = {"number": row.number, "kind": kind, "about": subject, "sha256": digest}
    doing.announce(events.ISSUED, events.subject(row.number), told, concerns=readers)
    return row


def issued(actor: Actor, *, kind: str, subject: str, **what: Any) -> IssuedDocument:
    """Issue a document as an act of its own, or return the one that says the same already.

    Args:
        actor: who asks for it.
        kind: one of ``kinds.KINDS``.
        subject: what it is about.
        what: the rest of what ``issue`` takes.

    Raises:
        DataRefused: a datum is missing or wrong; the faults name it.
    """
    found = queries.valid(kind, subject)
    if found is not None:
        content = rules.canonical(rules.content_of(kind, what["data"]))
        if rules.digest(content) == found.sha256:
            return found
    with transaction.atomic():
        doing = Act(actor, clock.now())
        row = issue(doing, kind=kind, subject=subject, **what)
        if doing.announcements:  # nobody issued the same while we began
            doing.finish()
    return row


def void(
    doing: Act, subject: str, kinds: Iterable[str] = (), reason: str = "withdrawn"
) -> list[IssuedDocument]:
    """Make the valid documents of a subject void, of some kinds or of all.

    Args:
        doing: the act. Nothing is announced where none was valid.
        subject: what they are about.
        kinds: of which kinds; of all where none is named.
        reason: one of ``kinds.REASONS``.

    Returns:
        The documents that this act made void.
    """
    _check(reason=reason)
    done = []
    for row in queries.of_subject(subject, kinds):
        if _void(doing, row, reason):
            _announce_void(doing, row, queries.readers(row))
            done.append(row)
    return done


def withdraw(actor: Actor, subject: str, kind: str, reason: str) -> None:
    """Make the valid document of a kind and subject void, as an act of its own, if there is one."""
    with transaction.atomic():
        doing = Act(actor, clock.now())
        if void(doing, subject, (kind,), reason):
            doing.finish()


def note_rendering(actor: Actor, document: IssuedDocument, language: str, sha256: str) -> None:
    """Remember a file that is given out, so that it is known again; once for the same file."""
    if queries.renderings(document).filter(sha256=sha256).exists():
        return
    with act(actor) as doing:
        Rendering.objects.get_or_create(
            document=document, sha256=sha256, defaults={"language": language, "at": doing.at}
        )
        told = {"number": document.number, "language": language, "sha256": sha256}
        doing.announce(
            events.PRINTED,
            events.subject(document.number),
            told,
            concerns=queries.readers(document),
        )


def _check(language: str = "en", reason: str = "data_changed") -> None:
    if language not in LANGUAGES or reason not in REASONS:
        raise DefectFound(f"A document is issued in {language!r} and void for {reason!r}.")


def _take_turn(kind: str, subject: str) -> None:
    """Wait for whoever issues the same document at this moment, until the transaction ends.

    There may be no row yet that could be locked. On SQLite one writes at a time in any case.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            key = f"document {kind} {subject}"
            cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [key])


def _void(doing: Act, row: IssuedDocument, reason: str) -> bool:
    """Make a document void by one conditional update; False where it was so already."""
    changed = {
        "state": "void",
        "void_at": doing.at,
        "void_by": doing.actor.name,
        "reason": reason,
    }
    done = IssuedDocument.objects.filter(pk=row.pk, state="valid").update(**changed) == 1
    if done:
        for name, value in changed.items():
            setattr(row, name, value)
    return done


def _announce_void(
    doing: Act, row: IssuedDocument, concerns: Sequence[int], replaced_by: str = ""
) -> None:
    told = {
        "number": row.number,
        "kind": row.kind,
        "about": row.subject,
        "reason": row.reason,
        "replaced_by": replaced_by,
    }
    doing.announce(events.VOIDED, events.subject(row.number), told, concerns=concerns)
