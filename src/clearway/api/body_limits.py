"""How large a message may be, by its door; held before a byte of it is stored.

``bounded`` goes round the whole server: Django would otherwise write a body of any length to disk
before the first of its middleware is asked.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any, Final

from django.conf import settings

from clearway.vocabulary.errors import TooLarge
from clearway.vocabulary.problem_details import MEDIA_TYPE, problem_of

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[Message, Receive, Send], Awaitable[None]]

MEBIBYTE: Final = 1 << 20
LIMITS: Final = (
    (re.compile(r"/api/v1/bulk\Z|/files/\Z"), 2048 * MEBIBYTE),
    (re.compile(r"/api/v1/declarations/[^/]+/documents\Z"), 24 * MEBIBYTE),
    (re.compile(r"/declarations/[^/]+/documents/new\Z"), 24 * MEBIBYTE),
    (re.compile(r"/api/v1/(declarations|estimates|sandbox|cuscar)(/.*)?\Z"), 32 * MEBIBYTE),
    (re.compile(r"/sandbox\Z"), 32 * MEBIBYTE),
    # An archive goes to a file piece by piece, so that it costs disk and no memory.
    (
        re.compile(r"(/api/v1/packs|/packs/propose)\Z"),
        settings.ENVIRONMENT["CLEARWAY_PACK_UPLOAD"] * MEBIBYTE,
    ),
    (re.compile(r"/api/v1/(transport-documents|pre-loading)(/.*)?\Z"), 8 * MEBIBYTE),
    # Two files of a sanctions list, each of ``intelligence.importing.LARGEST``, and a form.
    (
        re.compile(r"(/api/v1/watchlists/[^/]+/versions|/watchlists/[^/]+/versions/new)\Z"),
        65 * MEBIBYTE,
    ),
    (re.compile(r"/cargo/upload\Z"), 9 * MEBIBYTE),  # the form round a file of 8
)
USUAL_LIMIT: Final = 1 * MEBIBYTE


def limit_of(path: str) -> int:
    """Return how many bytes a message to an address may have."""
    return next((most for door, most in LIMITS if door.match(path)), USUAL_LIMIT)


class _Exceeded(Exception):
    """More came than the message said it would, or than there may be."""


def bounded(application: Application) -> Application:
    """Return an ASGI application that never meets a body beyond the limit of its address.

    A length beyond it that is told beforehand is refused at once, without waiting for the body; a
    body whose length is not told, or told wrong, is counted while it comes.
    """

    async def within(scope: Message, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await application(scope, receive, send)
            return
        limit, seen, begun = limit_of(scope["path"]), 0, False
        if _told_length(scope) > limit:
            await _refuse(send, limit)
            return

        async def counted() -> Message:
            nonlocal seen
            message = await receive()
            seen += len(message.get("body", b""))
            if seen > limit:
                raise _Exceeded
            return message

        async def watched(message: Message) -> None:
            nonlocal begun
            begun = True
            await send(message)

        try:
            await application(scope, counted, watched)
        except _Exceeded:
            if not begun:
                await _refuse(send, limit)

    return within


def _told_length(scope: Message) -> int:
    told = dict(scope["headers"]).get(b"content-length", b"")
    return int(told) if told.isdigit() else 0


async def _refuse(send: Send, limit: int) -> None:
    told = problem_of(TooLarge(f"At most {limit} bytes go through this door at once."))
    body = told.body("")
    headers = [
        (b"content-type", MEDIA_TYPE.encode()),
        (b"content-length", str(len(body)).encode()),
        (b"connection", b"close"),
    ]
    await send({"type": "http.response.start", "status": told.kind.status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
