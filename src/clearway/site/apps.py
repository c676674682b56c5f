"""The shell's place among Django's applications."""

from __future__ import annotations

from django.apps import AppConfig


class SiteConfig(AppConfig):
    """The platform's shell."""

    name = "clearway.site"
    label = "site"

    def ready(self) -> None:
        """Register the checks of the installation."""
        from clearway.site import checks  # noqa: F401 - registers itself
