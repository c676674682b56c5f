"""The room's place among Django's applications."""

from __future__ import annotations

from django.apps import AppConfig


class IntelligenceConfig(AppConfig):
    """The room intelligence."""

    name = "clearway.intelligence"
    label = "intelligence"
