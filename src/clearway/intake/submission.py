"""What comes to the line and what leaves it."""

from __future__ import annotations

import hashlib
from concurrent.futures import Future, InvalidStateError
from datetime import datetime
from typing import Any

import msgspec

from clearway.audit.actor import Actor
from clearway.intake.reading import Read
from clearway.kernel.decisions import Decision, Finding
from clearway.kernel.lodgement import Lodgement
from clearway.messages import Reading
from clearway.quotas.rules import Wanted
from clearway.risk.scoring.judging import Scored

JSON, XML = "application/json", "application/xml"
PROBLEM = "application/problem+json"


class Submission(msgspec.Struct, frozen=True, kw_only=True):
    """One lodgement, or another act on a declaration that the kernel has to judge.

    ``door`` is api, form, file or bulk. ``purpose`` is ``lodge``, ``amend`` or ``present``;
    ``declaration`` the MRN that the latter two are about and ``reason`` why. ``language`` is the
    language tag in which the answer's sentences are wanted; the actor's own where it is empty.
    ``again`` is the number in quarantine of a message that an operator sends through once more.
    ``reading`` is given where the message was parsed already, as a row of a table is; ``read``
    where its lodgement was made, too.
    """

    actor: Actor
    door: str
    media_type: str
    body: bytes
    received_at: datetime
    idempotency_key: str = ""
    purpose: str = "lodge"
    declaration: str = ""
    reason: str = ""
    language: str = ""
    again: int = 0
    reading: Reading | None = None
    read: Read | None = None

    def digest(self) -> bytes:
        """Return what tells a repeat under one key from another request: 32 bytes."""
        head = f"{self.purpose}\0{self.declaration}\0{self.reason}\0{self.media_type}\0"
        return hashlib.sha256(head.encode() + self.body).digest()


class Answer(msgspec.Struct, frozen=True):
    """What the line answers, ready to be sent: HTTP status, body and headers."""

    status: int
    body: bytes
    media_type: str = JSON
    headers: tuple[tuple[str, str], ...] = ()


class Piece(msgspec.Struct, eq=False):
    """A submission on its way along the line, with what each step found out about it.

    Steps fill it in order: decoding gives ``lodgement`` (or ``answer``, where nothing can be
    read); gathering the names under which it will be stored and what the record knows;
    the kernel ``decision``; storing ``answer``. ``tries`` counts the rounds it has lost.
    """

    submission: Submission
    digest: bytes
    waiting: list[Future[Answer]]
    tries: int = 0
    answer: Answer | None = None
    unreadable: bool = False
    lodgement: Lodgement | None = None
    form_findings: tuple[Finding, ...] = ()
    declarant: str = ""
    lrn: str = ""
    mrn: str = ""
    kind: str = ""
    fingerprint: bytes = b""
    first_mrn: str = ""
    lrn_taken: bool = False
    decision: Decision | None = None
    state: str = ""
    goods_state: str = ""
    supplements: str = ""
    concerned: tuple[int, ...] = ()
    """The organisations of declarant, importer and exporter, who hear of it besides its lodger."""
    inherited: tuple[Wanted, ...] = ()
    """What the simplified declaration that it completes has drawn of tariff quotas."""
    scores: tuple[Scored, ...] = ()
    """What the model in force said of each item."""
    seen: Any = None
    """What the purpose keeps between gathering and storing, to see whether the record moved."""

    @property
    def key(self) -> tuple[int, str] | None:
        """The organisation and its idempotency key; None where it gave none."""
        submission = self.submission
        if not submission.idempotency_key:
            return None
        return submission.actor.organisation, submission.idempotency_key

    def give(self, answer: Answer) -> None:
        """Answer everybody who waits; who has gone away is passed over."""
        replay = Answer(
            answer.status,
            answer.body,
            answer.media_type,
            (*answer.headers, ("Idempotency-Replayed", "true")),
        )
        for place, future in enumerate(self.waiting):
            if not future.done():
                try:
                    future.set_result(replay if place else answer)
                except InvalidStateError:  # gone between the look and the answer
                    continue
