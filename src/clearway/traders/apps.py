"""The room's place among Django's applications."""

from __future__ import annotations

from django.apps import AppConfig


class TradersConfig(AppConfig):
    """The room traders."""

    name = "clearway.traders"
    label = "traders"
