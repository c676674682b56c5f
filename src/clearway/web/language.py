"""In which language a page is shown: as its address says, else as the browser asks."""

from __future__ import annotations

from typing import Any

from babel.dates import format_datetime, format_time
from babel.numbers import format_decimal
from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.middleware.locale import LocaleMiddleware
from django.utils import translation
from django.utils.translation import get_language_from_request

from clearway.kernel.texts import LANGUAGES, language_of
from clearway.web.words import OWN_NAMES, RIGHT_TO_LEFT, words


def language_for(request: HttpRequest) -> str:
    """Return one of ``LANGUAGES``: ``?lang=``, else the cookie's or the browser's choice."""
    wanted = request.GET.get("lang", "")
    return wanted if wanted in LANGUAGES else language_of(get_language_from_request(request))


class ChosenLanguage(LocaleMiddleware):
    """Lets pages of other hands speak the language of ours, and a choice (``?lang=``) stay."""

    def process_request(self, request: HttpRequest) -> None:
        """Choose the language for whoever translates through Django."""
        super().process_request(request)
        if request.GET.get("lang", "") in LANGUAGES:
            translation.activate(_of_django(request.GET["lang"]))
            request.LANGUAGE_CODE = translation.get_language()

    def process_response(
        self, request: HttpRequest, response: HttpResponseBase
    ) -> HttpResponseBase:
        """Keep what was chosen on a page in the browser's cookie."""
        answer = super().process_response(request, response)
        chosen = request.GET.get("lang", "")
        if chosen in LANGUAGES and answer.get("Content-Type", "").startswith("text/html"):
            answer.set_cookie(
                settings.LANGUAGE_COOKIE_NAME,
                _of_django(chosen),
                secure=settings.LANGUAGE_COOKIE_SECURE,
                httponly=True,
                samesite="Lax",
            )
        return answer


def _of_django(language: str) -> str:
    """Return Django's name of one of ``LANGUAGES``."""
    return next(code for code, _ in settings.LANGUAGES if language_of(code) == language)


def page(request: HttpRequest) -> dict[str, Any]:
    """Return what every page needs: its language, direction and words.

    It is a context processor: any room's template may extend ``web/base.html``.
    """
    language = language_for(request)
    return {
        "language": language,
        "direction": "rtl" if language in RIGHT_TO_LEFT else "ltr",
        "words": words(language),
        "languages": [(code, name, _same_page(request, code)) for code, name in OWN_NAMES.items()],
    }


def _same_page(request: HttpRequest, code: str) -> str:
    """Return the query that shows the same page in another language."""
    query = request.GET.copy()
    query["lang"] = code
    return query.urlencode()


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
