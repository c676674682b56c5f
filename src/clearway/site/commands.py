"""The platform's commands: ``clearway manage`` hands its words to Django."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Annotated

import typer


def add_to(app: typer.Typer) -> None:
    """Add the commands to the application."""
    context = {"allow_extra_args": True, "ignore_unknown_options": True, "help_option_names": []}
    app.command("manage", context_settings=context)(manage)


def prepare() -> None:
    """Make Django ready with the settings of this installation."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "clearway.site.settings")
    import django
    from django.conf import settings

    Path(settings.DATA).mkdir(parents=True, exist_ok=True)
    django.setup()


def manage(words: Annotated[list[str] | None, typer.Argument()] = None) -> None:
    """Run one of Django's own commands, such as `migrate` or `createsuperuser`."""
    prepare()
    from django.core.management import execute_from_command_line

    execute_from_command_line(["clearway manage", *(words or ["help"])])
    sys.stdout.flush()
