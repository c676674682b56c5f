"""The server's one door: lodgements go straight to the line, everything else to Django.

Django's own application knows nothing of lifespan, so that it is answered here: with it the parts
of the platform that work in the background begin, and end in good order.
"""

from __future__ import annotations

import asyncio
import logging
import time
from contextvars import ContextVar
from importlib import import_module
from typing import Any, Final

from asgiref.sync import ThreadSensitiveContext, sync_to_async
from django.conf import settings

from clearway.api.body_limits import Message, Receive, Send, bounded
from clearway.api.rate_limits import LODGERS, STRANGERS
from clearway.site import metrics
from clearway.site.preparing import prepare

prepare()

from django.core.handlers.asgi import ASGIHandler  # noqa: E402 - after Django's set-up

from clearway.intake.hot_route import HotRoute  # noqa: E402
from clearway.site import static_files  # noqa: E402
from clearway.site.hands import Hand, Hands, keep_connection  # noqa: E402
from clearway.site.parts import Parts  # noqa: E402

LODGING: Final = "/api/v1/declarations"
THREADS: Final = 32
over = asyncio.Event()
"""Set when the server begins to end."""
_log = logging.getLogger("clearway.http")


class InTurn(ASGIHandler):
    """Django, in which so many requests at once take a thread and a connection.

    A body is complete before a place is taken, so that a slow sender holds none, and a stream
    leaves its place, and its thread, when it begins. What stands between door and view, the view
    too, runs in that thread in one go: nothing in it awaits anything.
    """

    def __init__(self) -> None:
        super().__init__()
        self.load_middleware(is_async=False)
        import_module(settings.ROOT_URLCONF)  # every room's doors, now and not at the first request
        self._places = asyncio.Semaphore(THREADS)
        self._hands = Hands(THREADS)
        self._hand: ContextVar[Hand] = ContextVar("hand")

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Answer a request by a thread that keeps its connection."""
        hand = Hand(self._hands)
        token = self._hand.set(hand)
        try:
            async with ThreadSensitiveContext(executor=hand):
                await self.handle(scope, receive, send)
        finally:
            self._hand.reset(token)
            hand.rest()

    def _answered(self, request: Any) -> Any:
        """Answer a request, and let the thread keep its connection when the request has ended."""
        try:
            return self.get_response(request)
        finally:
            keep_connection()

    async def get_response_async(self, request: Any) -> Any:
        """Answer a request when its turn has come."""
        async with self._places:
            answer = await sync_to_async(self._answered)(request)
        if answer.streaming:
            self._hand.get().rest()
        return answer


class Platform:
    """The ASGI application."""

    def __init__(self) -> None:
        self._django: Any = InTurn()
        self._static = static_files.application()
        self._lodging = HotRoute(LODGERS.spend, STRANGERS.spend)
        self._parts = Parts()

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Answer one connection's question."""
        if scope["type"] == "lifespan":
            await self._live(receive, send)
        elif scope["type"] == "http":
            await self._observed(scope, receive, send)
        else:
            await send({"type": "websocket.close", "code": 1000})

    async def _live(self, receive: Receive, send: Send) -> None:
        """Begin with the server and end with it."""
        await receive()
        try:
            await asyncio.to_thread(self._parts.start)
        except Exception as error:  # noqa: BLE001 - told to the server, which ends
            _log.exception("the platform cannot start")
            metrics.failure = error
            await asyncio.to_thread(self._parts.stop)
            await send({"type": "lifespan.startup.failed", "message": type(error).__name__})
            return
        await send({"type": "lifespan.startup.complete"})
        await receive()
        await asyncio.to_thread(self._parts.stop)
        await send({"type": "lifespan.shutdown.complete"})

    async def _observed(self, scope: Message, receive: Receive, send: Send) -> None:
        """Answer a request; count it and log it, by its route and without its contents.

        Before its last part is sent: whoever has the answer finds it counted.
        """
        began, status, number = time.perf_counter(), 500, b""
        counted, lodging = False, self._is_lodging(scope)

        def count() -> None:
            nonlocal counted
            if counted:
                return
            counted, seconds = True, time.perf_counter() - began
            route = LODGING if lodging else scope.get("clearway.route", "none")
            metrics.answered(scope["method"], route, status, seconds)
            if not lodging or status >= 500:  # a lodgement is on record; its log would be noise
                _tell(scope, route, status, seconds, number)

        async def watched(message: Message) -> None:
            nonlocal status, number
            if message["type"] == "http.response.start":
                status = message["status"]
                names = {name.lower(): value for name, value in message.get("headers", ())}
                number = names.get(b"x-request-id", b"")
            elif message["type"] == "http.response.body" and not message.get("more_body"):
                count()
            await send(message)

        try:
            if lodging:
                await self._lodging(scope, receive, watched)
            elif scope["path"].startswith(settings.STATIC_URL):
                scope["clearway.route"] = "/static/"
                await self._static(scope, receive, watched)
            else:
                await self._django(scope, _until_the_end(scope, receive), watched)
        finally:
            count()

    @staticmethod
    def _is_lodging(scope: Message) -> bool:
        return (
            scope["path"] == LODGING
            and scope["method"] == "POST"
            and (not settings.HTTPS or scope["scheme"] == "https")
            # Who comes with a session instead of a key is Django's: its forms lodge there.
            and any(name == b"authorization" for name, _ in scope["headers"])
        )


def _until_the_end(scope: Message, receive: Receive) -> Receive:
    """Let a stream of news believe, at the server's end, that its reader has gone.

    It would otherwise hold the end up for as long as it lasts.
    """
    if not scope["path"].endswith("/stream"):
        return receive

    async def received() -> Message:
        coming = asyncio.ensure_future(receive())
        ending = asyncio.ensure_future(over.wait())
        try:
            await asyncio.wait({coming, ending}, return_when=asyncio.FIRST_COMPLETED)
            return coming.result() if coming.done() else {"type": "http.disconnect"}
        finally:
            coming.cancel()
            ending.cancel()

    return received


def _tell(scope: Message, route: str, status: int, seconds: float, number: bytes) -> None:
    told: dict[str, Any] = {"method": scope["method"], "route": route, "status": status}
    told |= {"milliseconds": round(seconds * 1000, 1), "actor": scope.get("clearway.actor", "")}
    _log.info("request", extra={**told, "request_id": number.decode("latin-1")})


application = bounded(Platform())
