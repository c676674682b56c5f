"""The room's place among Django's applications."""

from __future__ import annotations

from django.apps import AppConfig


class PaymentsConfig(AppConfig):
    """The room payments."""

    name = "clearway.payments"
    label = "payments"
