"""The room's place among Django's applications."""

from __future__ import annotations

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """The room accounts."""

    name = "clearway.accounts"
    label = "accounts"
