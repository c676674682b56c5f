"""The room's place among Django's applications."""

from __future__ import annotations

from django.apps import AppConfig


class AuditConfig(AppConfig):
    """The audit log."""

    name = "clearway.audit"
    label = "audit"
