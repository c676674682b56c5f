"""The room's place among Django's applications."""

from __future__ import annotations

from django.apps import AppConfig


class ApiConfig(AppConfig):
    """The room api."""

    name = "clearway.api"
    label = "api"
