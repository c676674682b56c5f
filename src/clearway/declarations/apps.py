"""The room's place among Django's applications."""

from __future__ import annotations

from django.apps import AppConfig


class DeclarationsConfig(AppConfig):
    """The room declarations."""

    name = "clearway.declarations"
    label = "declarations"
