"""The room's place among Django's applications."""

from __future__ import annotations

from django.apps import AppConfig


class PermitsConfig(AppConfig):
    """The room permits."""

    name = "clearway.permits"
    label = "permits"
