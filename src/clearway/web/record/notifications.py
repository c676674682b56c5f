"""What happened to what concerns one's organisation, the latest first, and what of it is new."""

from __future__ import annotations

from typing import Any, Final, NamedTuple

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from clearway.audit.actor import Actor
from clearway.events import access
from clearway.events import queries as news
from clearway.events.queries import Told
from clearway.web import keeping, queries
from clearway.web.visitors import page

MOST: Final = 100
_PAGES: Final = {
    "declaration": "declaration",
    "bulk": "file",
    "organisation": "organisation",
    "mandate": "mandate",
    "authorisation": "authorisation",
    "key": "key",
    "webhook": "webhook",
    "transport_document": "document_by_number",
    "conveyance": "conveyance",
    "pre_loading": "pre_loading",
}


_NAMES: Final = ("mrn", "lrn", "number", "house_number", "name", "reference")
"""Data of an event that name what it is about, the first that is there."""
_OF_RECORD: Final = frozenset({"declaration", "transport_document", "interchange"})


class Notice(NamedTuple):
    """An event with the page that it leads to, and whether it is new to the reader.

    ``name`` is empty where people have no name for what it is about; then its words are the link.
    """

    told: Told
    name: str
    address: str
    new: bool


@page("listEvents", access.OPERATIONS)
def notifications(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Show the notifications, and note that they were seen."""
    user: Any = request.user
    seen = queries.seen_until(user.pk)
    told = news.concerning(actor.organisation, MOST)
    notices = [notice(each, seen) for each in told]
    if told and told[0].place.position > seen:
        keeping.saw_news(user, told[0].place.position)
    return render(request, "web/record/notifications.html", {"notices": notices})


def notice(told: Told, seen: int) -> Notice:
    """Return an event with its page; it is new where it stands behind ``seen``."""
    kind, _, number = told.subject.partition(":")
    name = _PAGES.get(kind, "")
    address = reverse(name, args=[number]) if name and not number.startswith("~") else ""
    named = next((str(told.data[each]) for each in _NAMES if told.data.get(each)), "")
    if not named and kind in _OF_RECORD:
        named = number.removeprefix("~")
    return Notice(told, named, address, told.place.position > seen)
