"""The room's place among Django's applications."""

from __future__ import annotations

from django.apps import AppConfig


class ReferenceConfig(AppConfig):
    """The room reference."""

    name = "clearway.reference"
    label = "reference"
