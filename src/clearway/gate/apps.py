"""The room's place among Django's applications."""

from __future__ import annotations

from django.apps import AppConfig


class GateConfig(AppConfig):
    """The room gate."""

    name = "clearway.gate"
    label = "gate"
