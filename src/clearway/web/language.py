"""In which language a page is shown: as its address says, else as the browser asks."""

from __future__ import annotations

from typing import Any

from babel.dates import format_datetime, format_time
from babel.numbers import format_decimal
from django.http import HttpRequest
from django.utils.translation import get_language_from_request

from clearway.kernel.texts import LANGUAGES, language_of
from clearway.web.words import OWN_NAMES, RIGHT_TO_LEFT, words


def language_for(request: HttpRequest) -> str:
    """Return one of ``LANGUAGES``: ``?lang=``, else the cookie's or the browser's choice."""
    wanted = request.GET.get("lang", "")
    return wanted if wanted in LANGUAGES else language_of(get_language_from_request(request))


def page(request: HttpRequest) -> dict[str, Any]:
    """Return what every page needs: its language, direction and words.

    It is a context processor: any room's template may extend ``web/base.html``.
    """
    language = language_for(request)
    return {
        "language": language,
        "direction": "rtl" if language in RIGHT_TO_LEFT else "ltr",
        "words": words(language),
        "languages": list(OWN_NAMES.items()),
    }


def number(value: float, language: str) -> str:
    """Return a number as readers of a language write it.

    >>> number(1234567, "en"), number(1234567, "vi")
    ('1,234,567', '1.234.567')
    """
    return format_decimal(value, locale=language)


def instant(value: Any, language: str, *, day: bool = True) -> str:
    """Return an instant in UTC as readers of a language write it."""
    if not day:
        return format_time(value, "medium", locale=language)
    return f"{format_datetime(value, 'medium', locale=language)} UTC"
