"""The present instant, from the one clock that the settings name (``settings.CLOCK``)."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings

from clearway.vocabulary.clock import Clock


def clock() -> Clock:
    """Return the platform's clock."""
    given: Clock = settings.CLOCK
    return given


def now() -> datetime:
    """Return the present instant in UTC."""
    return clock().now()
