"""What the room does when it hears of a declaration or a transport document.

It keeps the record's traces, compares what is new with the lists, opens a case where somebody is
looked for, and notes which entries stood behind the flags that the declaration was assessed with.
Heard twice, nothing is done twice.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from django.db import connection, transaction

from clearway.audit import clock
from clearway.audit.actor import system
from clearway.audit.bulk import claim
from clearway.cargo.queries import live_document
from clearway.declarations import queries as declarations
from clearway.declarations.life_cycle import BEFORE_RELEASE
from clearway.declarations.models import Declaration
from clearway.events.service import Act, Announcement, Done, store_many
from clearway.intelligence import cases, matching, queries, tracing, watched
from clearway.intelligence.models import Match, Trace
from clearway.vocabulary.clock import microseconds

_ME: Final = system("intelligence")


def declaration_came(mrn: str, at: datetime) -> None:
    """Follow a declaration that was lodged or amended."""
    found = declarations.by_key(mrn)
    if found is None or not found.mrn:
        return
    with transaction.atomic():
        seen = tracing.of_declaration(found, at)
        _note_hits(found, at)
        doing = Act(_ME, clock.now())
        matches = matching.matched(doing, [trace for trace, _ in seen])
        if matches and found.state in BEFORE_RELEASE:
            roles = _roles(matches, seen)
            cases.alert(doing, "declaration", mrn, roles, office=found.office)
        document = live_document(found.transport_document) if found.transport_document else None
        if document is not None:
            for case in queries.targeted("document", [document.number]):
                cases.reach(doing, case, mrn)
        _finish(doing)


def document_came(number: str, at: datetime) -> None:
    """Follow a transport document that was reported or corrected."""
    found = live_document(number)
    if found is None:
        return
    with transaction.atomic():
        seen = tracing.of_document(found, at)
        doing = Act(_ME, clock.now())
        matches = matching.matched(doing, [trace for trace, _ in seen])
        if matches and found.arrived_at is None:
            journey = found.conveyance or (found.master.conveyance if found.master else None)
            expected = journey.expected_at if journey is not None else None
            cases.alert(doing, "document", found.number, _roles(matches, seen),
                        expected_at=expected)  # fmt: skip
        _finish(doing)


def _finish(doing: Act) -> None:
    """Write what was announced, if anything was: most records are about nobody looked for."""
    told: list[Announcement] = doing.announcements
    if told:
        with connection.cursor() as cursor:
            store_many(cursor, [Done(doing.actor, told[0].subject, told)], doing.at)


def _roles(matches: Sequence[Match], seen: Sequence[tuple[Trace, str]]) -> list[tuple[Match, str]]:
    found = [(match, role) for match in matches for trace, role in seen
             if trace.pk == match.trace_id]  # fmt: skip
    return list(dict.fromkeys(found))


def _note_hits(declaration: Declaration, at: datetime) -> None:
    """Note which entries stood behind the flags of the version that stands."""
    version = declarations.current_version(declaration)
    told = watched.entries_told(declarations.lodgement_of(version).features)
    if not told:
        return
    instant = microseconds(at)
    rows = [(entry, declaration.pk, declaration.mrn, version.number, flag, instant)
            for flag, entry in told]  # fmt: skip
    with connection.cursor() as cursor:
        claim(cursor, "intelligence_hit", "entry_id, declaration, mrn, version, flag, at", rows,
              key=(0, 1, 3, 4))  # fmt: skip
