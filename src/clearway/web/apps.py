"""The room's place among Django's applications."""

from __future__ import annotations

from django.apps import AppConfig


class WebConfig(AppConfig):
    """The room web."""

    name = "clearway.web"
    label = "web"
