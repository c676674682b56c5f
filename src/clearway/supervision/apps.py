"""The room's place among Django's applications."""

from __future__ import annotations

from django.apps import AppConfig


class SupervisionConfig(AppConfig):
    """The room supervision."""

    name = "clearway.supervision"
    label = "supervision"
