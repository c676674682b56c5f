"""What the shell adds to each of Django's requests: its route's name, and a sign-in's limits."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from clearway.api.rate_limits import STRANGERS
from clearway.vocabulary.errors import TooMuch
from clearway.web.visitors import problem

Next = Callable[[HttpRequest], HttpResponseBase]
_NOTED_EVERY = 60
"""Seconds between two notes that a session is in use, so that a look writes nothing."""


def seconds() -> int:
    """Return the time by the machine's own clock: a demonstration's runs a day in minutes."""
    return int(time.time())


class NamedRoute:
    """Tells the server which route a request took, so that log and metrics never hold a path.

    A path may name a declaration or carry the key of a password reset.
    """

    def __init__(self, get_response: Next) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer a request, and note its route in the server's own record of it."""
        answer = self._get_response(request)
        scope = getattr(request, "scope", None)
        if scope is not None and request.resolver_match is not None:
            scope["clearway.route"] = "/" + request.resolver_match.route.lstrip("/")
            actor = getattr(request, "actor", None)
            scope["clearway.actor"] = getattr(actor, "name", "")
        return answer


class StrangersRate:
    """Counts who asks whether documents hold, by network address: anybody may, and nobody in bulk.

    As with failed keys of the API, whose buckets these are.
    """

    def __init__(self, get_response: Next) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer a request, or say when to come again."""
        if request.path.startswith("/verify/"):
            try:
                STRANGERS.spend(str(request.META.get("REMOTE_ADDR", "")))
            except TooMuch as refused:
                return problem(request, refused)
        return self._get_response(request)


class SessionLimits:
    """Ends a sign-in that is too old, or was too long unused."""

    def __init__(self, get_response: Next) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer a request; as a stranger's, where the sign-in has run out."""
        user: Any = request.user
        if user.is_authenticated:
            self._judge(request)
        return self._get_response(request)

    def _judge(self, request: HttpRequest) -> None:
        now = seconds()
        since = request.session.setdefault("since", now)
        seen = request.session.get("seen", now)
        old = now - since >= settings.SESSION_COOKIE_AGE
        if old or now - seen >= settings.SESSION_IDLE_SECONDS:
            logout(request)
        elif "seen" not in request.session or now - seen >= _NOTED_EVERY:
            request.session["seen"] = now
