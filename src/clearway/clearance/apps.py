"""The room's place among Django's applications."""

from __future__ import annotations

from django.apps import AppConfig


class ClearanceConfig(AppConfig):
    """The room clearance."""

    name = "clearway.clearance"
    label = "clearance"
