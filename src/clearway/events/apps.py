"""The room's place among Django's applications."""

from __future__ import annotations

from django.apps import AppConfig


class EventsConfig(AppConfig):
    """The room events."""

    name = "clearway.events"
    label = "events"
