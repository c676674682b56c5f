"""What every page is given: its language and words, who looks, and where he can go."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from clearway.accounts.queries import name_of
from clearway.accounts.ready import DEMO_PASSWORD
from clearway.web import browser_files, navigation
from clearway.web.language import language_for
from clearway.web.starting import ready_people, tour
from clearway.web.visitors import actor_of
from clearway.web.words import OWN_NAMES, RIGHT_TO_LEFT, words

_SCRIPTS = browser_files.are_there()


def page(request: HttpRequest) -> dict[str, Any]:
    """Return it; a context processor, so that any template may extend ``web/base.html``."""
    language = language_for(request)
    told = words(language)
    visitor = actor_of(request)
    roles = sorted(visitor.roles) if visitor is not None else []
    return {
        "language": language,
        "direction": "rtl" if language in RIGHT_TO_LEFT else "ltr",
        "words": told,
        "own_name": OWN_NAMES[language],
        "languages": [(code, name, _same_page(request, code)) for code, name in OWN_NAMES.items()],
        "visitor": visitor,
        "visitor_organisation": name_of(visitor.organisation) if visitor is not None else "",
        "visitor_roles": ", ".join(told[f"role_{role}"] for role in roles) or told["no_role"],
        "menu": navigation.menu(request, visitor, told),
        "scripts": _SCRIPTS,
        "tour": tour.bar(request) if settings.DEMO and hasattr(request, "session") else None,
        "ready_people": ready_people.OFFERED if settings.DEMO else (),
        "ready_second": ready_people.second_addresses() if settings.DEMO else "",
        "ready_password": DEMO_PASSWORD if settings.DEMO else "",
    }


def _same_page(request: HttpRequest, code: str) -> str:
    """Return the query that shows the same page in another language."""
    query = request.GET.copy()
    query["lang"] = code
    query.pop("part", None)
    return query.urlencode()
