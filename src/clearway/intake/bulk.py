"""Bulk files: stored whole, read in chunks, each row through the line; good rows are taken.

After each chunk the job's count is written together with what is wrong in its rows. A process that
ends in between leaves rows that are on record and not counted: the next start reads them again,
and the line knows them by their message (``bulk_replay``). So nothing is lodged twice or left out.
"""

from __future__ import annotations

import hashlib
import logging
import os
import threading
import time
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future
from contextlib import ExitStack, contextmanager
from http import HTTPStatus
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
from django.conf import settings
from django.db import IntegrityError, connection, transaction

from clearway.audit import clock
from clearway.audit.actor import Actor, Role
from clearway.events.service import act
from clearway.intake import queries
from clearway.intake.answering import Brief
from clearway.intake.bulk_faults import fate, wrong
from clearway.intake.bulk_reading import Row, read_rows, share_of
from clearway.intake.helper import HelperLost
from clearway.intake.line import Line
from clearway.intake.models import BulkJob, BulkRow, BulkTaken
from clearway.intake.reading import Read
from clearway.intake.submission import JSON, Answer, Submission
from clearway.vocabulary.errors import InputUnusable, StorageFails, TooMuch

CHUNK = 128
"""Rows between two checkpoints of a job at least: who is ended again and again gets on, too."""
AHEAD = 8
"""Chunks on their way at once, so that the line never waits for the reader."""
AT_ONCE = 8
"""Organisations whose files are under way at once: each has chunks in memory."""
_OVER = object()
_READ_AT_ONCE = 64
"""Rows that the second process reads in one go; the line may wait that long for it."""
_LOCK = 0x434C57
"""Names the advisory locks of bulk jobs on PostgreSQL."""
_log = logging.getLogger("clearway.intake")
_decode = msgspec.json.Decoder(Brief).decode
_encode = msgspec.json.Encoder().encode


def folder() -> Path:
    """Return the folder that holds bulk files."""
    place: Path = settings.DATA / "bulk"
    place.mkdir(parents=True, exist_ok=True)
    return place


def receive(actor: Actor, name: str, form: str, parts: Iterable[bytes], door: str) -> BulkJob:
    """Store a file and make its job; the same file of the same organisation finds its job.

    Args:
        actor: who hands it in.
        name: what he calls it.
        form: ndjson, csv or parquet.
        parts: its bytes, in pieces of any size.
        door: bulk or file.
    """
    partial = folder() / f"{threading.get_ident()}-{time.monotonic_ns()}.partial"
    digest, size = hashlib.sha256(), 0
    try:
        with partial.open("wb") as file:
            for part in parts:
                file.write(part)
                digest.update(part)
                size += len(part)
            file.flush()
            os.fsync(file.fileno())  # who is told that we have it may throw his copy away
        if not size:
            raise InputUnusable("The file is empty.")
        partial.replace(path_of(digest.hexdigest()))
    except OSError as error:
        raise StorageFails("The file cannot be stored.", full=error.errno == 28) from error
    finally:
        partial.unlink(missing_ok=True)
    known = BulkJob.objects.filter(organisation=actor.organisation, sha256=digest.hexdigest())
    job = known.first()
    if job is not None:
        return job
    try:
        return _new_job(actor, name, form, door, (digest.hexdigest(), size))
    except IntegrityError:
        return known.get()  # another hand was quicker with the same file


def _new_job(actor: Actor, name: str, form: str, door: str, content: tuple[str, int]) -> BulkJob:
    with act(actor) as doing:
        job = BulkJob.objects.create(
            organisation=actor.organisation,
            sha256=content[0],
            actor=actor.name,
            identifier=actor.identifier,
            roles=" ".join(sorted(actor.roles)),
            language=actor.language,
            door=door,
            name=name[:200],
            form=form,
            size=content[1],
            received_at=doing.at,
        )
        body = {"job": job.pk, "size": job.size, "form": form}
        doing.announce("bulk.received", f"bulk:{job.pk}", body, concerns=(actor.organisation,))
    return job


def path_of(sha256: str) -> Path:
    """Return where a bulk file lies."""
    return folder() / sha256


_Flying = tuple[Row, Future[Answer] | None]
"""A row with its answer to come; none comes for a row that could not be read."""


class _Sent(NamedTuple):
    """A chunk on its way, and up to which hundredth of the file it reaches."""

    rows: Sequence[_Flying]
    share: int

    def is_answered(self) -> bool:
        """Tell whether no answer is awaited any more."""
        return all(future is None or future.done() for _, future in self.rows)


class _UnderWay(NamedTuple):
    """A job under way: whose it is, its chunks, and what holds it for this process."""

    organisation: int
    chunks: Iterator[None]
    held: ExitStack


class Bulk:
    """Takes the bulk jobs through the line, in a thread of its own."""

    name = "bulk files"

    def __init__(self, line: Line, *, pause: float = 0.5) -> None:
        self.line = line
        self._pause = pause
        self._ending = threading.Event()
        self._thread = threading.Thread(target=self._work, name="intake-bulk", daemon=True)

    def start(self) -> None:
        """Start; jobs that an earlier process left go on where they were."""
        self._thread.start()

    def stop(self) -> None:
        """End after the chunk on its way."""
        self._ending.set()
        self._thread.join(30)

    def _work(self) -> None:
        try:
            while not self._ending.is_set():
                try:
                    self.run_all()
                except Exception as failure:  # noqa: BLE001 - the record may be back soon
                    _log.error("bulk pauses: %s", type(failure).__name__)
                    connection.close()
                self._ending.wait(self._pause)
        finally:
            connection.close()

    def run_all(self) -> None:
        """Take every unfinished job to its end, or to ours.

        Each organisation has one under way, and each of these gets a chunk in turn: nobody waits
        for the end of somebody else's file.
        """
        running: dict[int, _UnderWay] = {}
        try:
            while True:
                if not self._ending.is_set():
                    self._take_up(running)
                if not running:
                    return
                for number in list(running):
                    if next(running[number].chunks, _OVER) is _OVER:
                        running.pop(number).held.close()
        finally:
            for one in running.values():
                one.held.close()

    def _take_up(self, running: dict[int, _UnderWay]) -> None:
        """Begin jobs of organisations that have none under way."""
        busy = {one.organisation for one in running.values()}
        for job in queries.unfinished_jobs().exclude(organisation__in=busy)[: AT_ONCE - len(busy)]:
            with ExitStack() as held:
                ours = held.enter_context(_alone_with(job)) and job.organisation not in busy
                job.refresh_from_db()
                if ours and job.state in {"waiting", "running"}:
                    busy.add(job.organisation)
                    running[job.pk] = _UnderWay(job.organisation, self.run(job), held.pop_all())

    def run(self, job: BulkJob) -> Iterator[None]:
        """Take one job through the line, from its checkpoint on; stops between its chunks."""
        path = path_of(job.sha256)
        actor = _actor_of(job)
        BulkJob.objects.filter(pk=job.pk).update(state="running")
        flying: deque[_Sent] = deque()
        try:
            for chunk in _chunks(read_rows(path, job.form), job.done):
                if self._ending.is_set():
                    break
                flying.append(_Sent(self._submit(chunk, job, actor), share_of(chunk, job.size)))
                if len(flying) >= AHEAD:
                    self._settle(job, flying)
                yield
            while flying:
                self._settle(job, flying)
            if not self._ending.is_set():
                self._finish(job, "finished", "")
        except (InputUnusable, OSError) as unusable:
            self._finish(job, "failed", str(unusable)[:512])

    def _submit(self, chunk: Sequence[Row], job: BulkJob, actor: Actor) -> list[_Flying]:
        sent: list[_Flying] = []
        for row, read in zip(chunk, self._read(chunk), strict=True):
            if not row.body:
                sent.append((row, None))
                continue
            submission = Submission(
                actor=actor,
                door="bulk",
                media_type=JSON,
                body=row.body,
                received_at=job.received_at,
                reading=row.reading,
                read=read,
            )
            sent.append((row, self._patiently(submission)))
        return sent

    def _read(self, chunk: Sequence[Row]) -> Iterator[Read | None]:
        """Give what the line's second process read of each row; None where it did not."""
        helper = self.line.helper
        if helper is None:
            yield from [None] * len(chunk)
            return
        helper.wake()
        parts = []
        for start in range(0, len(chunk), _READ_AT_ONCE):
            rows = chunk[start : start + _READ_AT_ONCE]
            plain = not any(row.reading for row in rows)
            parts.append((rows, helper.read([row.body for row in rows]) if plain else None))
        for rows, asked in parts:
            try:
                yield from helper.messages_of(asked) if asked else [None] * len(rows)
            except HelperLost:
                yield from [None] * len(rows)

    def _patiently(self, submission: Submission) -> Future[Answer]:
        """Submit; where the queue is full, files wait and single lodgements go first."""
        while True:
            try:
                return self.line.submit(submission)
            except TooMuch:
                time.sleep(0.02)

    def _settle(self, job: BulkJob, flying: deque[_Sent]) -> None:
        """Wait for the first chunk, and write one checkpoint for all that are answered by then."""
        sent, share = flying.popleft()
        answers = self._answers(job, sent)
        while flying and flying[0].is_answered():
            more, share = flying.popleft()
            sent, answers = [*sent, *more], [*answers, *self._answers(job, more)]
        faults: list[BulkRow] = []
        taken: list[tuple[int, str, str]] = []
        counts = dict.fromkeys(("accepted", "rejected", "unreadable", "quarantined"), 0)
        for (row, _), answer in zip(sent, answers, strict=True):
            counts[fate(answer)] += 1
            if answer is not None and answer.status == HTTPStatus.CREATED:
                told = _decode(answer.body)
                taken.append((row.number, told.lrn, told.mrn))
            else:
                faults += wrong(job, row, answer)
        with transaction.atomic():
            BulkRow.objects.bulk_create(faults, batch_size=500)
            if taken:
                BulkTaken.objects.create(job=job, rows=_encode(taken))
            job.done += len(sent)
            job.share = max(job.share, share)
            for name, count in counts.items():
                setattr(job, name, getattr(job, name) + count)
            job.save(update_fields=["done", "share", *counts])

    def _answers(self, job: BulkJob, sent: Sequence[_Flying]) -> list[Answer | None]:
        """Return each row's answer; rows that the record could not take go again, all together."""
        answers: list[Answer | None] = [None] * len(sent)
        flying = [(place, *one) for place, one in enumerate(sent)]
        while flying:
            failed: list[tuple[int, Row]] = []
            for place, row, future in flying:
                answer = None if future is None else future.result()
                answers[place] = answer
                if answer and answer.status >= 500 and b"/quarantined" not in answer.body[:200]:
                    failed.append((place, row))
            if failed and self._ending.wait(1.0):
                raise StorageFails("The record cannot be written; the job goes on later.")
            again = self._submit([row for _, row in failed], job, _actor_of(job))
            flying = [(place, *one) for (place, _), one in zip(failed, again, strict=True)]
        return answers

    def _finish(self, job: BulkJob, state: str, failure: str) -> None:
        with act(_actor_of(job)) as doing:
            job.state, job.failure, job.finished_at, job.share = state, failure, clock.now(), 100
            job.save(update_fields=["state", "failure", "finished_at", "share"])
            body: dict[str, Any] = {"job": job.pk, "done": job.done, "accepted": job.accepted}
            doing.announce(f"bulk.{state}", f"bulk:{job.pk}", body, concerns=(job.organisation,))


@contextmanager
def _alone_with(job: BulkJob) -> Iterator[bool]:
    """Hold a job for this process, for as long as its connection lives; False if it is held.

    SQLite has one process, and that one thread for all jobs.
    """
    if connection.vendor != "postgresql":
        yield True
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", [_LOCK, job.pk % 2**31])
        ours = bool(cursor.fetchone()[0])
    try:
        yield ours
    finally:
        if ours:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s, %s)", [_LOCK, job.pk % 2**31])


def _actor_of(job: BulkJob) -> Actor:
    return Actor(
        name=job.actor,
        organisation=job.organisation,
        identifier=job.identifier,
        roles=frozenset(Role(role) for role in job.roles.split()),
        language=job.language,
    )


def _chunks(rows: Iterator[Row], done: int) -> Iterator[list[Row]]:
    """Give the rows behind the checkpoint in chunks."""
    chunk: list[Row] = []
    for place, row in enumerate(rows):
        if place < done:
            continue
        chunk.append(row)
        if len(chunk) == CHUNK:
            yield chunk
            chunk = []
    if chunk:
        yield chunk
