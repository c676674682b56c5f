"""The room's place among Django's applications."""

from __future__ import annotations

from django.apps import AppConfig


class QuotasConfig(AppConfig):
    """The room quotas."""

    name = "clearway.quotas"
    label = "quotas"
