"""Who looks at a page, and what is answered to him who may not.

Every page that is not public is a view under ``page``: it names the operation of the room whose
data it shows, so that a page's lock is the very lock of the API.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from functools import wraps
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.cache import never_cache

from clearway.accounts.actors import actor_of_user
from clearway.accounts.permission import Operations, require
from clearway.audit.actor import Actor
from clearway.vocabulary.errors import (
    ActRefused,
    ClearwayError,
    DataRefused,
    InputUnusable,
    NotPermitted,
    NotSignedIn,
    NotThere,
    StorageFails,
)
from clearway.vocabulary.problem_details import MEDIA_TYPE, problem_of
from clearway.web import refusals
from clearway.web.language import language_for
from clearway.web.words import words

View = Callable[..., HttpResponseBase]


def page(
    operation: str = "", operations: Operations | None = None, *, for_scripts: bool = False
) -> Callable[[View], View]:
    """Make a page of a view ``(request, actor, …)`` for signed-in people.

    Args:
        operation: the operation that the page needs, as the API names it; without one anybody
            who is signed in may see it.
        operations: the room's table of access.
        for_scripts: a script asks, which cannot read a page. It is refused, as every part of an
            open page is, by status and problem details: were it led to the sign-in, it would take
            that page's 200 for success.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        @never_cache
        def answered(request: HttpRequest, **parts: Any) -> HttpResponseBase:
            by_script = for_scripts or is_part(request)
            refused_by = problem if by_script else refusal
            try:
                actor = _signed_in(request)
                request.actor = actor  # type: ignore[attr-defined] # as the API's doors do
                if operation and operations is not None:
                    require(actor, operation, operations)
                if request.method == "POST":
                    _readable(request)
                return view(request, actor, **parts)
            except NotSignedIn as refused:
                if by_script:
                    return problem(request, refused)
                return redirect_to_login(request.get_full_path())
            except (ActRefused, InputUnusable) as refused:
                return refused_by(request, refused)
            except (OperationalError, InterfaceError):
                return refused_by(request, StorageFails("The record cannot be read at the moment."))

        return answered

    return decorate


def _signed_in(request: HttpRequest) -> Actor:
    user: Any = request.user
    if not user.is_authenticated:
        raise NotSignedIn("Nobody is signed in.")
    return actor_of_user(user)


def actor_of(request: HttpRequest) -> Actor | None:
    """Return who is signed in, where somebody is."""
    known: Actor | None = getattr(request, "actor", None)
    user: Any = getattr(request, "user", None)
    if known is None and user is not None and user.is_authenticated:
        try:
            known = actor_of_user(user)
        except NotSignedIn:
            return None
    return known


def refusal(request: HttpRequest, refused: ClearwayError) -> HttpResponse:
    """Answer a refused act with its page: what was refused, why, and what to do."""
    told = problem_of(refused)
    language = language_for(request)
    known = words(language)
    context = {
        "title": known[f"refused_{told.kind.name}"],
        "remedy": known[f"refused_{told.kind.name}_do"],
        "why": "" if isinstance(refused, _TOLD) else refusals.why(refused, language),
        "faults": getattr(refused, "faults", ()),
        "incident": getattr(request, "request_id", ""),
        "status": told.kind.status,
    }
    answer = render(request, "web/error.html", context, status=told.kind.status)
    for name, value in told.headers.items():
        answer[name] = value
    return answer


_TOLD = (NotSignedIn, NotPermitted, NotThere)
"""Refusals of which the page's own title and advice say all."""


def problem(request: HttpRequest, refused: ClearwayError) -> HttpResponse:
    """Answer a refused act to a script, which learns by the status whether to come again."""
    told = problem_of(refused)
    instance = getattr(request, "request_id", "")
    answer = HttpResponse(
        told.body(instance), status=told.kind.status, content_type=MEDIA_TYPE, headers=told.headers
    )
    answer["HX-Reswap"] = "none"  # what stood there before stays there
    return answer


def is_part(request: HttpRequest) -> bool:
    """Tell whether a part of a page is asked for, by the page itself."""
    return request.headers.get("HX-Request-Type") == "partial"


def typed(request: HttpRequest, name: str, longest: int = 512) -> str:
    """Return what was typed into a field, with one character to a line's end, cut at its length."""
    return request.POST.get(name, "").replace("\r\n", "\n").strip()[:longest]


def whole_number(text: str) -> int | None:
    """Return the number that a field or an address names; None for what is none, or too long."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None


def chosen(request: HttpRequest, name: str, among: Collection[str]) -> str:
    """Return which of several buttons was pressed.

    Raises:
        DataRefused: none of them: nothing is taken for the graver choice.
    """
    given = request.POST.get(name, "")
    if given not in among:
        raise DataRefused(
            "It does not say what is decided.",
            faults=((f"/body/{name}", f"one of {', '.join(sorted(among))}"),),
            remedy="Open the page again and press one of its buttons.",
        )
    return given


def _readable(request: HttpRequest) -> None:
    """Refuse text that no database of ours keeps alike.

    Raises:
        DataRefused: a field holds the character NUL.
    """
    for name in request.POST:
        if "\0" in name or any("\0" in value for value in request.POST.getlist(name)):
            raise DataRefused(
                "A field holds the character NUL, which is no text.",
                faults=((f"/body/{name}".replace("\0", ""), "U+0000"),),
                remedy="Type the text anew instead of pasting it.",
            )


def see_other(address: str) -> HttpResponseRedirect:
    """Lead on after something was done, so that a reload repeats nothing."""
    answer = HttpResponseRedirect(address)
    answer.status_code = 303
    return answer
