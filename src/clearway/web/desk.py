"""Small doors of every desk: where one begins, and the views that one keeps."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.urls import NoReverseMatch, reverse
from django.views.decorators.http import require_POST, require_safe

from clearway.audit.actor import Actor
from clearway.vocabulary.errors import NotThere
from clearway.web import keeping, navigation
from clearway.web.language import language_for
from clearway.web.visitors import page, see_other
from clearway.web.words import words


@require_safe
@page()
def begin(request: HttpRequest, actor: Actor) -> HttpResponseBase:
    """Lead to the first place of one's work."""
    del request
    return see_other(navigation.home(actor))


@require_POST
@page()
def save_view(request: HttpRequest, actor: Actor) -> HttpResponseBase:
    """Keep the filters of a list under a name."""
    del actor
    user: Any = request.user
    given = request.POST
    if _address(given.get("page", "")) == reverse("desk"):
        raise NotThere("There is no such list.", remedy="Save the view from the list's own page.")
    view = keeping.save_view(
        user, given.get("page", ""), given.get("name", ""), given.get("query", "")
    )
    messages.success(request, words(language_for(request))["view_saved"])
    return see_other(f"{_address(view.page)}?{view.query}")


@require_POST
@page()
def forget_view(request: HttpRequest, actor: Actor, number: int) -> HttpResponseBase:
    """Remove a view."""
    del actor
    user: Any = request.user
    return see_other(_address(keeping.forget_view(user, number)))


def _address(name: str) -> str:
    try:
        return reverse(name)
    except NoReverseMatch:
        return reverse("desk")
