"""The form in which an event leaves the platform: one for list, stream and webhook."""

from __future__ import annotations

from typing import Any

import msgspec

from clearway.events.queries import Told

_encode = msgspec.json.Encoder().encode


def form_of(told: Told, *, actor: bool = False) -> dict[str, Any]:
    """Return an event as JSON holds it; who acted is for customs alone.

    ``id`` is its place in the news: give it back as ``Last-Event-ID`` or ``after`` to go on.
    """
    return {
        "id": str(told.place),
        "kind": told.kind,
        "subject": told.subject,
        "legal_time": told.legal_time,
        "system_time": told.system_time,
        "actor": told.actor if actor else None,
        "body": told.data,
    }


def message_of(told: Told) -> bytes:
    """Return an event as a webhook's message: type, timestamp and data (Standard Webhooks)."""
    data = form_of(told)
    return _encode({"type": told.kind, "timestamp": told.system_time, "data": data})


def frame_of(told: Told, *, actor: bool) -> bytes:
    """Return an event as a frame of a stream of server-sent events."""
    data = _encode(form_of(told, actor=actor))
    return b"id: %s\nevent: %s\ndata: %s\n\n" % (str(told.place).encode(), told.kind.encode(), data)
