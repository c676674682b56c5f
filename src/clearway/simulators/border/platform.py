"""The platform as its clients see it: HTTP, a key, an instant. Nothing else reaches it."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, Final, NamedTuple

import httpx
import msgspec

from clearway.vocabulary.errors import InputUnusable

SIMULATED_TIME: Final = "Clearway-Simulated-Time"
_API: Final = "/api/v1"
_BUSY: Final = frozenset({429, 503})
_TRIES: Final = 60


class Reply(NamedTuple):
    """What came back: HTTP status, the JSON document (None where there is none), seconds."""

    status: int
    body: Any
    seconds: float

    @property
    def ok(self) -> bool:
        """Whether it was done."""
        return 200 <= self.status < 300


class Body(NamedTuple):
    """What is sent with a request."""

    content: bytes
    media_type: str


def document(content: Any) -> Body:
    """Return a JSON document as a body."""
    return Body(msgspec.json.encode(content), "application/json")


class Gone(Exception):
    """The server does not answer any more."""


class Platform:
    """A connection to a running platform, used by all simulated actors one after another.

    ``keys`` holds each actor's secret by his name. A busy platform (429, 503) is asked again
    when it says; what was asked keeps its idempotency key, so nothing is done twice.
    """

    def __init__(self, url: str, *, alive: Callable[[], bool] = lambda: True) -> None:
        self.url = url.rstrip("/")
        self.keys: dict[str, str] = {}
        self._alive = alive
        self._client = httpx.Client(base_url=self.url, timeout=60, trust_env=False)

    def close(self) -> None:
        """End the connection."""
        self._client.close()

    def ask(
        self,
        who: str,
        method: str,
        path: str,
        at: datetime,
        *,
        body: Body | None = None,
        key: str = "",
        parameters: dict[str, str] | None = None,
    ) -> Reply:
        """Ask for one operation in somebody's name at an instant.

        Args:
            who: name of the actor in ``keys``.
            method: of HTTP.
            path: below ``/api/v1``.
            at: the instant of simulated time.
            body: what is sent; see ``document``.
            key: idempotency key.
            parameters: of the query.

        Raises:
            Gone: nobody answers, or he is busy without end.
        """
        headers = {
            "Authorization": f"Bearer {self.keys[who]}",
            SIMULATED_TIME: at.astimezone(UTC).isoformat().replace("+00:00", "Z"),
        }
        if key:
            headers["Idempotency-Key"] = key
        if body is not None:
            headers["Content-Type"] = body.media_type
        for _ in range(_TRIES):
            began = time.perf_counter()
            try:
                answer = self._client.request(
                    method,
                    _API + path,
                    headers=headers,
                    content=None if body is None else body.content,
                    params=parameters,
                )
            except httpx.TransportError as error:
                if not self._alive():
                    raise Gone("the server has ended") from error
                time.sleep(0.2)
                continue
            took = time.perf_counter() - began
            if answer.status_code not in _BUSY:
                return Reply(answer.status_code, _document(answer), took)
            time.sleep(min(5.0, _seconds(answer.headers.get("Retry-After", "1"))))
        raise Gone(f"{method} {path} was not answered")

    def pages(self, who: str, path: str, at: datetime, **parameters: str) -> list[Any]:
        """Return a whole list, page by page."""
        found: list[Any] = []
        cursor = ""
        while True:
            asked = {**parameters, **({"cursor": cursor} if cursor else {})}
            reply = self.ask(who, "GET", path, at, parameters=asked)
            if not reply.ok:
                raise InputUnusable(f"The platform refuses a list ({reply.status}).", where=path)
            found += reply.body["items"]
            cursor = reply.body.get("next") or ""
            if not cursor:
                return found

    def line(self, who: str, at: datetime, wait: int = 0) -> dict[str, Any]:
        """Return how the intake line and the dispatcher of events stand.

        Args:
            who: an operator.
            at: the instant of simulated time.
            wait: seconds for which the platform may wait until its backlog is gone.
        """
        reply = self.ask(who, "GET", "/line", at, parameters={"wait": str(wait)})
        if not reply.ok:
            raise InputUnusable(
                f"The platform does not tell how its line stands ({reply.status}).",
                where=self.url,
            )
        stand: dict[str, Any] = reply.body
        return stand


def _document(answer: httpx.Response) -> Any:
    if "json" not in answer.headers.get("Content-Type", ""):
        return None
    return answer.json()


def _seconds(text: str) -> float:
    try:
        return max(0.05, float(text))
    except ValueError:
        return 1.0
