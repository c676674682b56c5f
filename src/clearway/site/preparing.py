"""Making Django ready, once, whoever needs it first."""

from __future__ import annotations

import os
from pathlib import Path

from clearway.vocabulary.errors import InputUnusable


def prepare() -> None:
    """Make Django ready with the settings of this installation."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "clearway.site.settings")
    import django
    from django.apps import apps
    from django.conf import settings

    if apps.ready:
        return
    folder = Path(settings.DATA)
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise InputUnusable(
            f"The data folder cannot be made: {error.strerror}.",
            where=str(folder),
            remedy="Set CLEARWAY_DATA to a folder that may be written.",
        ) from None
    django.setup()
