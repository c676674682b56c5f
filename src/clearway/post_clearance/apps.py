"""The room's place among Django's applications."""

from __future__ import annotations

from django.apps import AppConfig


class PostClearanceConfig(AppConfig):
    """The room post_clearance."""

    name = "clearway.post_clearance"
    label = "post_clearance"
