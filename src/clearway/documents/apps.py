"""The room's place among Django's applications."""

from __future__ import annotations

from django.apps import AppConfig


class DocumentsConfig(AppConfig):
    """The room documents."""

    name = "clearway.documents"
    label = "documents"
