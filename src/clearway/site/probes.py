"""What machines ask of the platform: ``/health``, ``/ready`` and ``/metrics``."""

from __future__ import annotations

import hmac
import threading
import time
from collections.abc import Callable
from typing import Final

from django.conf import settings
from django.db import DatabaseError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe

from clearway.audit import clock
from clearway.intake import running
from clearway.reference.in_force import reference_at
from clearway.site import counting, metrics, processes
from clearway.site.environment import is_loopback
from clearway.vocabulary.errors import ClearwayError, StorageFails

_ANEW_AFTER: Final = 1.0
"""Seconds for which an answer about readiness holds, so that asking cannot become a load."""


def writable() -> str:
    """Write a row durably; return what hinders it."""
    try:
        processes.seen()
    except DatabaseError as error:
        return type(error).__name__
    return ""


def line_runs() -> str:
    """Ask whether the intake line takes lodgements."""
    try:
        return "" if running.line().running else "not running"
    except StorageFails:
        return "not running"


def has_room() -> str:
    """Ask whether the queue has room."""
    try:
        line = running.line()
    except StorageFails:
        return "not running"
    return "" if line.depth < line.capacity else "full"


def law_is_there() -> str:
    """Ask whether the country pack in force can be read."""
    try:
        reference_at(clock.now())
    except (ClearwayError, DatabaseError) as error:
        return type(error).__name__
    return ""


CHECKS: dict[str, Callable[[], str]] = {
    "database": writable,
    "line": line_runs,
    "queue": has_room,
    "reference": law_is_there,
}
"""Each returns what hinders the service, or nothing."""

_lock = threading.Lock()
_last: tuple[float, dict[str, str]] = (-_ANEW_AFTER, {})


def _judge() -> dict[str, str]:
    global _last  # noqa: PLW0603 - one answer for all who ask within a second
    with _lock:
        if time.monotonic() - _last[0] >= _ANEW_AFTER:
            _last = (time.monotonic(), {name: check() for name, check in CHECKS.items()})
        return _last[1]


@require_safe
def health(request: HttpRequest) -> HttpResponse:
    """Tell that the process is alive and answers."""
    del request
    return JsonResponse({"status": "alive"})


@require_safe
def ready(request: HttpRequest) -> HttpResponse:
    """Tell whether lodgements are taken now: 200 or 503, with each check."""
    del request
    found = _judge()
    fit = not any(found.values())
    told = {name: hindrance or "ok" for name, hindrance in found.items()}
    answer = {"status": "ready" if fit else "not ready", "checks": told}
    return JsonResponse(answer, status=200 if fit else 503)


@require_safe
def counts(request: HttpRequest) -> HttpResponse:
    """Give the metrics to this machine, or to who bears the token; to others there are none."""
    if not (_bears_token(request) or _is_local(request)):
        raise Http404
    counting.take()
    return HttpResponse(metrics.text(), content_type="text/plain; version=0.0.4; charset=utf-8")


def _bears_token(request: HttpRequest) -> bool:
    token: str = settings.ENVIRONMENT["CLEARWAY_METRICS_TOKEN"]
    told = request.headers.get("Authorization", "")
    return bool(token) and hmac.compare_digest(told.encode(), f"Bearer {token}".encode())


def _is_local(request: HttpRequest) -> bool:
    """Tell whether this machine itself asks, and no proxy on it for another.

    A proxy gives its own address and the public name of the host; both must be this machine's.
    """
    name = request.get_host().rsplit(":", 1)[0]
    return is_loopback(str(request.META.get("REMOTE_ADDR", ""))) and is_loopback(name)
