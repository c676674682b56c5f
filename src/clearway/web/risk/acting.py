"""Acts from a page of risk: done, they lead back to it with a word; refused, it says why."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Generic, NamedTuple, TypeVar

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST

from clearway.accounts.permission import Operations
from clearway.audit.actor import Actor
from clearway.vocabulary.errors import ActRefused, DataRefused, StateForbids
from clearway.web.language import language_for
from clearway.web.visitors import View, page, see_other
from clearway.web.words import words

Key = TypeVar("Key", int, str)


class Acts(NamedTuple, Generic[Key]):
    """The acts on one kind of object, from the page of one.

    ``name`` is the page's address, ``operations`` the table of its locks, and ``shown(request,
    actor, key, refused=why)`` the page itself, with why an act was refused.
    """

    name: str
    operations: Operations
    shown: Callable[..., HttpResponse]

    def act(
        self, operation: str, word: str, do: Callable[[Actor, Key, Mapping[str, str]], object]
    ) -> View:
        """Return the view of an act on one object.

        Args:
            operation: its lock.
            word: the key of what is told when it is done.
            do: does it with what was sent; it may return the key of what is told instead.
        """

        @require_POST
        @page(operation, self.operations)
        def view(request: HttpRequest, actor: Actor, **named: Any) -> HttpResponseBase:
            (key,) = named.values()
            try:
                done = do(actor, key, request.POST)
            except (StateForbids, DataRefused) as refused:
                return self.shown(request, actor, key, refused=refused)
            told = words(language_for(request))
            messages.success(request, told[done if isinstance(done, str) else word])
            return see_other(reverse(self.name, args=[key]))

        return view


def answered(
    request: HttpRequest, template: str, told: Mapping[str, Any], refused: ActRefused | None
) -> HttpResponse:
    """Return a page of one object with what it tells, and why an act on it was refused."""
    faults = [why for _, why in refused.faults] if isinstance(refused, DataRefused) else []
    context = {**told, "refused": refused, "faults": faults}
    status = 200 if refused is None else 422 if faults else 409
    return render(request, f"web/risk/{template}.html", context, status=status)


def reason(given: Mapping[str, str]) -> str:
    """Return the reason that was typed."""
    return given.get("reason", "")


def seen(given: Mapping[str, str]) -> str:
    """Return the digest of what stood before one's eyes when one decided."""
    return given.get("seen", "")
