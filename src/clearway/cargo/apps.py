"""The room's place among Django's applications."""

from __future__ import annotations

from django.apps import AppConfig


class CargoConfig(AppConfig):
    """The room cargo."""

    name = "clearway.cargo"
    label = "cargo"
