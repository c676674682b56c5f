"""The room's place among Django's applications."""

from __future__ import annotations

from django.apps import AppConfig


class AssessmentConfig(AppConfig):
    """The room assessment."""

    name = "clearway.assessment"
    label = "assessment"
