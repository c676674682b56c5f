"""Which server processes run: each is seen every few seconds, and its trace goes with it."""

from __future__ import annotations

import secrets
from datetime import timedelta

from django.db import connection

from clearway.site.models import Process
from clearway.vocabulary.clock import SystemClock

NAME = secrets.token_hex(8)
"""This process, drawn anew at each start."""
GONE_AFTER = timedelta(seconds=60)


def seen() -> None:
    """Note that this process runs.

    It is a durable write, so that it shows as well that the record can be written.
    """
    now = SystemClock().now()  # about machines, which live by real time in a demonstration too
    Process.objects.update_or_create(
        name=NAME, defaults={"seen_at": now}, create_defaults={"started_at": now, "seen_at": now}
    )


def left() -> None:
    """Note that this process ends in order."""
    Process.objects.filter(name=NAME).delete()


def gone() -> list[str]:
    """Forget the processes that were killed, and return their names.

    On SQLite there is one process, so that any other is gone; elsewhere those not seen lately.
    """
    others = Process.objects.exclude(name=NAME)
    if connection.vendor != "sqlite":
        others = others.filter(seen_at__lt=SystemClock().now() - GONE_AFTER)
    names = list(others.values_list("name", flat=True))
    others.filter(name__in=names).delete()
    return names
