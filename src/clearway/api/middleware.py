"""What every request meets before and after its view: a number, its instant, bounds, headers.

It stands early in the list of middleware, so that nothing under the API's path leaves without
being a problem in due form, whoever refused it.
"""

from __future__ import annotations

import contextlib
import uuid
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from clearway.api import problems
from clearway.api.body_limits import limit_of
from clearway.api.rate_limits import Allowance
from clearway.audit.clock import clock
from clearway.vocabulary.clock import SimulatedClock
from clearway.vocabulary.errors import ActRefused, DataRefused, NotThere, TooLarge
from clearway.vocabulary.problem_details import MEDIA_TYPE

ROOT: Final = "/api/"
REQUEST_ID: Final = "X-Request-Id"
SIMULATED_TIME: Final = "Clearway-Simulated-Time"

_HEADERS: Final = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}


class RequestMiddleware:
    """Numbers each request, bounds it, and gives the answers of the API their form."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer one request."""
        known: Any = request
        known.request_id = uuid.uuid4().hex
        try:
            with _instant_of(request):
                _refuse_unfit(request)
                answer = self._get_response(request)
        except ActRefused as refused:
            answer = problems.answer(request, refused)
        if request.path.startswith(ROOT):
            answer = _in_form(request, answer)
        answer[REQUEST_ID] = known.request_id
        return answer


def _refuse_unfit(request: HttpRequest) -> None:
    """Refuse a message that is too large before it is read, and an address that is no text."""
    if "\0" in request.path:
        raise NotThere("There is no such thing.")
    length = str(request.META.get("CONTENT_LENGTH") or "0")
    limit = limit_of(request.path)
    if length.isascii() and length.isdigit() and len(length) < 19 and int(length) <= limit:
        return
    raise TooLarge(f"At most {limit} bytes go through this door at once.")


@contextlib.contextmanager
def _instant_of(request: HttpRequest) -> Any:
    """Let a request of the demonstration happen at the instant that it names."""
    told = request.headers.get(SIMULATED_TIME)
    if told is None:
        yield
        return
    now = clock()
    if not settings.DEMO or not isinstance(now, SimulatedClock):
        raise _bad_time("only a demonstration has simulated time")
    try:
        instant = datetime.fromisoformat(told)
    except ValueError:
        raise _bad_time("not an instant such as 2026-03-02T08:15:00Z") from None
    if instant.tzinfo is None or not 2000 <= instant.year < 2100:
        raise _bad_time("not an instant with its zone, of this century")
    now.advance(instant)
    now.ring()
    with now.at(instant.astimezone(UTC)):
        yield


def _bad_time(why: str) -> DataRefused:
    return DataRefused(
        "The simulated time is refused.", faults=((f"/header/{SIMULATED_TIME}", why),)
    )


def _in_form(request: HttpRequest, answer: HttpResponseBase) -> HttpResponseBase:
    """Give an answer of the API its headers, and a bare error the form of a problem."""
    if (
        answer.status_code >= 400
        and isinstance(answer, HttpResponse)
        and not answer.headers.get("Content-Type", "").startswith(MEDIA_TYPE)
    ):
        told = problems.of_status(answer.status_code, answer.headers.get("Allow", ""))
        answer = problems.response(request, told)
    if not answer.headers.get("Content-Type", "").startswith("text/html"):
        for name, value in _HEADERS.items():
            answer.headers[name] = value
    allowance: Allowance | None = getattr(request, "allowance", None)
    for name, value in (allowance.headers() if allowance else {}).items():
        answer[name] = value
    return answer
