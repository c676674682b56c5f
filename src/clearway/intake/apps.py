"""The room's place among Django's applications."""

from __future__ import annotations

from django.apps import AppConfig


class IntakeConfig(AppConfig):
    """The room intake."""

    name = "clearway.intake"
    label = "intake"
