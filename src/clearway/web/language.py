"""In which language a page is shown: as its address says, else as the browser asks."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.middleware.locale import LocaleMiddleware
from django.utils import translation
from django.utils.translation import get_language_from_request

from clearway.kernel.texts import LANGUAGES, language_of


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
