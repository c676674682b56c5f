"""One batch through the steps: decode, gather, assess, store, commit. Nothing is answered here.

A batch is begun and ended. Where a second process decides, the batch before is stored meanwhile;
both then know as little of each other as batches of two processes do, and the claims of storing
tell who was first.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import Future
from datetime import datetime
from typing import Any, Protocol

import msgspec
from django.db import connection, transaction

from clearway.audit import clock
from clearway.audit.bulk import claim
from clearway.audit.service import note
from clearway.events.service import Done, store_many
from clearway.intake import decoding, gathering, lodging, service
from clearway.intake.counters import Counters
from clearway.intake.helper import WORTH_IT, Helper, HelperLost
from clearway.intake.helping import Reply
from clearway.intake.submission import Piece
from clearway.kernel.assess import ENGINE_FAILED, assess
from clearway.kernel.decisions import Decision
from clearway.kernel.lodgement import Lodgement
from clearway.kernel.reference import Reference
from clearway.kernel.tables import Batch
from clearway.risk.scoring.judging import judge
from clearway.vocabulary.clock import microseconds


class Purpose(Protocol):
    """What a purpose of submissions adds to the line: how it is gathered and how it is stored.

    ``gather`` completes ``piece.lodgement`` (or sets ``piece.answer``) and returns the pieces
    that go on to the kernel and those that wait for the next batch. ``store`` writes within the
    open transaction, sets ``piece.answer`` of those it took, and returns the acts to announce
    and the pieces that lost against a neighbour.
    """

    def gather(
        self, cursor: Any, pieces: Sequence[Piece], reference: Reference
    ) -> tuple[list[Piece], list[Piece]]:
        """Complete lodgements."""

    def store(
        self, cursor: Any, pieces: Sequence[Piece], reference: Reference, at: datetime
    ) -> tuple[list[Done], list[Piece]]:
        """Write what was decided."""


class KeyTaken(Exception):
    """Another process answered one of the batch's keys in this moment: the batch looks again."""


Purposes = Mapping[str, Any]
LODGE: Purposes = {"lodge": lodging}


class Begun(msgspec.Struct, eq=False):
    """A batch on its way: all is known of it but, where they were ``asked`` for, its decisions.

    ``groups`` are those for the kernel by purpose, ``waiting`` those that go into the next batch.
    ``failure`` is what stopped it, to be met when its turn to end comes.
    """

    pieces: Sequence[Piece]
    reference: Reference | None = None
    unreadable: Sequence[Piece] = ()
    groups: Mapping[str, list[Piece]] = {}
    waiting: Sequence[Piece] = ()
    asked: Future[Reply] | None = None
    failure: Exception | None = None

    def ready(self) -> list[Piece]:
        """Return those for the kernel."""
        return [piece for group in self.groups.values() for piece in group]


class Assembly:
    """The steps with what they need.

    Args:
        reference: gives the pack in force at an instant.
        counters: where time and outcomes are counted.
        purposes: by name; ``lodge`` alone by default.
        helper: decides on large batches, where it is ready.
    """

    def __init__(
        self,
        reference: Callable[[datetime], Reference],
        counters: Counters,
        purposes: Purposes = LODGE,
        helper: Helper | None = None,
    ) -> None:
        self.reference = reference
        self.counters = counters
        self.purposes = purposes
        self.helper = helper

    def run(self, pieces: Sequence[Piece]) -> list[Piece]:
        """Take a batch through; every piece has its answer then, or is in the list returned.

        What is answered is committed. Whatever is raised, nothing of the batch was kept.
        """
        return self.end(self.begin(pieces))

    def begin(self, pieces: Sequence[Piece]) -> Begun:
        """Take a batch through the steps that write nothing."""
        counters, helper = self.counters, self.helper
        same, other, reference = self._of_one_law(pieces)
        with connection.wrap_database_errors:
            with counters.timed("decode"):
                decoding.decode(same, reference)
            with counters.timed("gather"), connection.cursor() as cursor:
                gathering.replay(cursor, same)
                groups, later = self._gather(cursor, same, reference)
        unreadable = [piece for piece in same if piece.unreadable]
        begun = Begun(pieces, reference, unreadable, groups, [*later, *other])
        with counters.timed("assess"):
            lodgements = _lodgements(begun)
            if helper is not None and helper.ready and len(lodgements) >= WORTH_IT:
                begun.asked = helper.decide(lodgements, reference)
            else:
                _give(begun, assess(Batch(lodgements), reference))
        return begun

    def end(self, begun: Begun) -> list[Piece]:
        """Store and commit a batch; return the pieces that go into the next one."""
        if begun.failure is not None:
            raise begun.failure
        assert begun.reference is not None
        with self.counters.timed("assess"):
            self._decide(begun, begun.reference)
            _judge(begun, begun.reference)
        with connection.wrap_database_errors:
            lost = self._store(begun.groups, begun.unreadable, begun.reference)
        self.counters.lost += len(lost)
        return [*begun.waiting, *lost]

    def _decide(self, begun: Begun, reference: Reference) -> None:
        """Wait for the decisions that were asked for, or decide ourselves."""
        if begun.asked is None or self.helper is None:
            return
        try:
            _give(begun, self.helper.decisions_of(begun.asked))
        except HelperLost:
            _give(begun, assess(Batch(_lodgements(begun)), reference))

    def _of_one_law(self, pieces: Sequence[Piece]) -> tuple[list[Piece], list[Piece], Reference]:
        """Return those that came under the first one's pack, those that did not, and the pack."""
        reference = self.reference(pieces[0].submission.received_at)
        same: list[Piece] = []
        other: list[Piece] = []
        for piece in pieces:
            piece.answer, piece.decision = None, None
            ours = self.reference(piece.submission.received_at) is reference
            (same if ours else other).append(piece)
        return same, other, reference

    def _gather(
        self, cursor: Any, pieces: Sequence[Piece], reference: Reference
    ) -> tuple[dict[str, list[Piece]], list[Piece]]:
        groups: dict[str, list[Piece]] = {}
        later: list[Piece] = []
        for piece in pieces:
            if piece.answer is None:
                groups.setdefault(piece.submission.purpose, []).append(piece)
        for purpose, group in groups.items():
            ready, wait = self.purposes[purpose].gather(cursor, group, reference)
            groups[purpose] = [piece for piece in ready if piece.answer is None]
            later += wait
        return groups, later

    def _store(
        self, groups: Mapping[str, list[Piece]], unreadable: Sequence[Piece], reference: Reference
    ) -> list[Piece]:
        counters, at = self.counters, clock.now()
        before = counters.seconds["store"]
        if not any(groups.values()) and not unreadable:
            return []
        lost: list[Piece] = []
        with counters.timed("commit"), transaction.atomic():
            with counters.timed("store"), connection.cursor() as cursor:
                acts: list[Done] = []
                for purpose, group in groups.items():
                    if group:
                        done, out = self.purposes[purpose].store(cursor, group, reference, at)
                        acts += done
                        lost += out
                losers = set(map(id, lost))
                won = [
                    piece for group in groups.values() for piece in group if id(piece) not in losers
                ]
                failures = _engine_failures(won)
                if failures:
                    acts += service.raise_alarms(cursor, failures, at)
                    counters.alarms += len(failures)
                if acts:
                    store_many(cursor, acts, at)
                for piece in unreadable:
                    submission = piece.submission
                    note("unreadable", submission.actor, f"intake:{submission.door}", piece.digest)
                remember(cursor, [*won, *unreadable], at)
            counters.step = "commit"
        counters.seconds["commit"] -= counters.seconds["store"] - before
        for piece in won:
            selection = piece.decision.selection if piece.decision is not None else None
            if selection is not None and piece.decision is not None and piece.decision.accepted:
                name = selection.lane.name.lower()
                counters.lanes[name] = counters.lanes.get(name, 0) + 1
        return lost


def _lodgements(begun: Begun) -> list[Lodgement]:
    return [piece.lodgement for piece in begun.ready() if piece.lodgement is not None]


def _give(begun: Begun, decisions: Iterable[Decision]) -> None:
    for piece, decision in zip(begun.ready(), decisions, strict=True):
        piece.decision = decision


def _judge(begun: Begun, reference: Reference) -> None:
    """Let the model in force speak, and select again with what it adds."""
    heard = [piece for piece in begun.ready() if piece.lodgement is not None and piece.decision]
    lodgements = [piece.lodgement for piece in heard if piece.lodgement is not None]
    decisions = [piece.decision for piece in heard if piece.decision is not None]
    with connection.wrap_database_errors, connection.cursor() as cursor:
        judged = judge(cursor, lodgements, decisions, reference)
    for piece, one in zip(heard, judged, strict=True):
        piece.decision, piece.scores = one.decision, one.scores


def _engine_failures(pieces: Sequence[Piece]) -> Counter[tuple[str, str]]:
    """Return (kind, subject) of every stage of the kernel that failed, with how often."""
    found: Counter[tuple[str, str]] = Counter()
    for piece in pieces:
        if piece.decision is None:
            continue
        for finding in piece.decision.findings:
            if finding.rule == ENGINE_FAILED:
                given = dict(finding.parameters)
                found["kernel_failed", f"{given.get('stage', '')}: {given.get('failure', '')}"] += 1
    return found


def remember(cursor: Any, pieces: Sequence[Piece], at: datetime) -> None:
    """Keep the answers under their keys.

    Raises:
        KeyTaken: another process has answered one of the keys since we looked.
    """
    instant = microseconds(at)
    rows = [
        (*piece.key, piece.digest, answer.status, answer.media_type, answer.body, instant)
        for piece in pieces
        if piece.key is not None and (answer := piece.answer) is not None
    ]
    rows.sort(key=lambda row: row[:2])
    columns = "organisation, key, digest, status, media_type, answer, at"
    if not all(claim(cursor, "intake_answered", columns, rows, key=(0, 1))):
        raise KeyTaken
