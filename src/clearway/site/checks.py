"""What is wrong with an installation before it serves anybody (``clearway manage check``)."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core import checks
from django.core.checks import CheckMessage, Tags, register
from django.db import connection

from clearway.site.environment import is_loopback

OLDEST_POSTGRESQL = 150000


@register(Tags.security)
def served_in_the_open(**_: Any) -> list[CheckMessage]:
    """Warn where passwords would pass a network in the clear."""
    host = settings.ENVIRONMENT["CLEARWAY_HOST"]
    if settings.HTTPS or is_loopback(host):
        return []
    remedy = "Put it behind a proxy with TLS and set CLEARWAY_HTTPS=1."
    return [checks.Warning(f"It listens on {host} without HTTPS.", hint=remedy, id="clearway.W001")]


@register(Tags.database)
def old_database(databases: Any = None, **_: Any) -> list[CheckMessage]:
    """Refuse a PostgreSQL older than is tested."""
    if not databases or connection.vendor != "postgresql":
        return []
    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version_num")
        found = int(cursor.fetchone()[0])
    if found >= OLDEST_POSTGRESQL:
        return []
    told = f"PostgreSQL {found // 10000} is too old; 15 or newer is needed."
    return [checks.Error(told, id="clearway.E001")]
