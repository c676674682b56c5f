"""The room's place among Django's applications."""

from __future__ import annotations

from django.apps import AppConfig


class RiskConfig(AppConfig):
    """The room risk."""

    name = "clearway.risk"
    label = "risk"
