"""The room's place among Django's applications."""

from __future__ import annotations

from django.apps import AppConfig


class InspectionConfig(AppConfig):
    """The room inspection."""

    name = "clearway.inspection"
    label = "inspection"
