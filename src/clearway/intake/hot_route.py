"""The hot lodging route: ``POST /api/v1/declarations`` with an API key, without Django's request.

The same act as the operation of that name in ``intake.api`` (which serves sessions), and the same
line behind it. Nothing here waits for a database but the first look-up of a key, which a thread
does.
"""

from __future__ import annotations

import asyncio
import contextlib
import uuid
from collections import deque
from collections.abc import Awaitable, Callable, MutableMapping
from concurrent.futures import Future
from datetime import UTC, datetime
from typing import Any, Final

from django.conf import settings
from django.db import InterfaceError, OperationalError, connection

from clearway.accounts.actors import actor_of_key, known_actor
from clearway.accounts.permission import refuse
from clearway.audit.actor import Actor
from clearway.audit.clock import clock
from clearway.intake import running
from clearway.intake.access import OPERATIONS
from clearway.intake.headers import key_of, language_of, media_type_of
from clearway.intake.submission import Answer, Submission
from clearway.vocabulary.clock import SimulatedClock
from clearway.vocabulary.errors import (
    ActRefused,
    DataRefused,
    InputUnusable,
    NotSignedIn,
    StorageFails,
)
from clearway.vocabulary.problem_details import MEDIA_TYPE, problem_of

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Spend = Callable[[str], Any]
"""Takes one token of a name's allowance, whose ``headers()`` go with the answer; or TooMuch."""

_OPERATION: Final = "lodgeDeclaration"
_SIMULATED_TIME: Final = "clearway-simulated-time"
_FIXED: Final = (
    (b"cache-control", b"no-store"),
    (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"referrer-policy", b"no-referrer"),
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
)


class _Coming:
    """Answers on their way from the line's thread to a loop.

    The line answers a whole batch in one go, and waking the loop costs more than an answer: it is
    woken once for all that it has not yet looked at.
    """

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self.loop = loop
        self._given: deque[tuple[asyncio.Future[Answer], Answer]] = deque()
        self._woken = False

    def of(self, answered: Future[Answer]) -> asyncio.Future[Answer]:
        """Return a future of the loop that gets the answer."""
        waiting: asyncio.Future[Answer] = self.loop.create_future()

        def give(done: Future[Answer]) -> None:
            self._given.append((waiting, done.result()))
            if not self._woken:
                self._woken = True
                with contextlib.suppress(RuntimeError):  # the loop has ended: nobody waits
                    self.loop.call_soon_threadsafe(self._hand_out)

        answered.add_done_callback(give)
        return waiting

    def _hand_out(self) -> None:
        self._woken = False  # first: what is given from here on wakes again
        while self._given:
            waiting, answer = self._given.popleft()
            if not waiting.done():
                waiting.set_result(answer)


class HotRoute:
    """The ASGI application of the one address.

    Args:
        spend: takes a token of an actor; without it nobody is limited.
        strangers: the same for network addresses from which no valid key comes.
    """

    def __init__(self, spend: Spend | None = None, strangers: Spend | None = None) -> None:
        self._spend = spend
        self._strangers = strangers
        self._coming: _Coming | None = None

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Take one lodgement and answer it."""
        number = uuid.uuid4().hex
        allowance: Any = None
        try:
            headers = _headers(scope)
            actor = await self._actor(scope, headers)
            scope["clearway.actor"] = actor.name
            if self._spend is not None:
                allowance = self._spend(actor.name)
            if not actor.has(*OPERATIONS[_OPERATION]):
                await asyncio.to_thread(_closing, refuse, actor, _OPERATION)
            running.line().see_room_for(actor.organisation)
            submission = await _submission(actor, headers, receive)
            if submission is None:
                return
            # Who disconnects leaves; what he lodged goes on to its commit.
            answer = await self._here().of(running.line().submit(submission))
        except ActRefused as refused:
            answer = _refusal(refused, number)
        except InputUnusable as unusable:
            answer = _refusal(unusable, number)
        more = allowance.headers().items() if allowance is not None else ()
        await _send(send, answer, number, more)

    def _here(self) -> _Coming:
        loop = asyncio.get_running_loop()
        if self._coming is None or self._coming.loop is not loop:
            self._coming = _Coming(loop)
        return self._coming

    async def _actor(self, scope: Message, headers: dict[str, str]) -> Actor:
        scheme, _, secret = headers.get("authorization", "").partition(" ")
        if scheme.lower() != "bearer":
            raise NotSignedIn("Nobody known asks.", remedy="Send an API key, or sign in.")
        secret = secret.strip()
        actor = known_actor(secret)
        if actor is not None:
            return actor
        try:
            return await asyncio.to_thread(_closing, actor_of_key, secret)
        except NotSignedIn:
            if self._strangers is not None:
                client = scope.get("client") or ("",)
                self._strangers(str(client[0]))
            raise


def _closing(work: Callable[..., Any], *arguments: Any) -> Any:
    """Do something that asks the database, in a thread that may keep its connection.

    Raises:
        StorageFails: the database cannot be asked now, or this connection to it was lost.
    """
    try:
        return work(*arguments)
    except (OperationalError, InterfaceError) as lost:
        raise StorageFails("The record cannot be read at the moment.") from lost
    finally:
        connection.close_if_unusable_or_obsolete()


async def _submission(actor: Actor, headers: dict[str, str], receive: Receive) -> Submission | None:
    """Return what is lodged, its message read to the end; None if the client left."""
    media_type = media_type_of(headers.get("content-type", ""))
    key = key_of(headers.get("idempotency-key"))
    instant = _instant_of(headers)
    body = await _body(receive)
    if body is None:
        return None
    return Submission(
        actor=actor,
        door="api",
        media_type=media_type,
        body=body,
        idempotency_key=key,
        received_at=instant,
        language=language_of(headers.get("accept-language", "")) or actor.language,
    )


def _headers(scope: Message) -> dict[str, str]:
    return {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}


def _instant_of(headers: dict[str, str]) -> datetime:
    """Return when the request happens: now, or in a demonstration when it says."""
    told = headers.get(_SIMULATED_TIME)
    present = clock()
    if told is None:
        return present.now()
    fault = "only a demonstration has simulated time"
    if settings.DEMO and isinstance(present, SimulatedClock):
        fault = "not an instant with its zone, such as 2026-03-02T08:15:00Z"
        with contextlib.suppress(ValueError):
            instant = datetime.fromisoformat(told)
            if instant.tzinfo is not None and 2000 <= instant.year < 2100:
                present.advance(instant)
                return instant.astimezone(UTC)
    raise DataRefused(
        "The simulated time is refused.", faults=((f"/header/{_SIMULATED_TIME}", fault),)
    )


async def _body(receive: Receive) -> bytes | None:
    """Return the whole body; None where the client left before its end."""
    parts = []
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            return None
        parts.append(message.get("body", b""))
        if not message.get("more_body", False):
            return b"".join(parts)


def _refusal(refused: ActRefused | InputUnusable, number: str) -> Answer:
    told = problem_of(refused)
    return Answer(told.kind.status, told.body(number), MEDIA_TYPE, tuple(told.headers.items()))


async def _send(send: Send, answer: Answer, number: str, more: Any) -> None:
    headers = [
        (b"content-type", answer.media_type.encode()),
        (b"content-length", str(len(answer.body)).encode()),
        (b"x-request-id", number.encode()),
        *_FIXED,
        *((name.lower().encode(), value.encode()) for name, value in answer.headers),
        *((name.lower().encode(), value.encode()) for name, value in more),
    ]
    with contextlib.suppress(OSError):  # the client has left: its answer is on record
        await send({"type": "http.response.start", "status": answer.status, "headers": headers})
        await send({"type": "http.response.body", "body": answer.body})
