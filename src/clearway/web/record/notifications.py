"""What happened to what concerns one's organisation, the latest first, and what of it is new."""

from __future__ import annotations

from typing import Any, Final, NamedTuple

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from clearway.accounts.access import OPERATIONS as ACCOUNTS
from clearway.audit.actor import Actor
from clearway.audit.permission import EVERYBODY
from clearway.cargo.access import OPERATIONS as CARGO
from clearway.declarations.access import OPERATIONS as DECLARATIONS
from clearway.events import access
from clearway.events import queries as news
from clearway.events.queries import Told
from clearway.gate.access import OPERATIONS as GATE
from clearway.intake.access import OPERATIONS as INTAKE
from clearway.payments.access import OPERATIONS as PAYMENTS
from clearway.traders.access import OPERATIONS as TRADERS
from clearway.web import keeping, queries
from clearway.web.visitors import page

MOST: Final = 100
_PAGES: Final = {
    "declaration": ("declaration", DECLARATIONS["getDeclaration"]),
    "bulk": ("file", INTAKE["getBulk"]),
    "organisation": ("organisation", ACCOUNTS["getOrganisation"]),
    "mandate": ("mandate", TRADERS["getMandate"]),
    "authorisation": ("authorisation", TRADERS["getAuthorisation"]),
    "key": ("key", EVERYBODY),
    "webhook": ("webhook", access.OPERATIONS["getWebhook"]),
    "transport_document": ("document_by_number", CARGO["getTransportDocument"]),
    "conveyance": ("conveyance", CARGO["getConveyance"]),
    "pre_loading": ("pre_loading", CARGO["getPreLoading"]),
    "notice": ("notice", PAYMENTS["getNotice"]),
    "statement": ("account_statement", PAYMENTS["getDeferredAccount"]),
    "gate_token": ("gate_token", GATE["getToken"]),
}
"""By the kind of a subject: its page, and the roles that may open it.

An agency hears of a declaration that waits for its paper, and reads its own fields of it only. Of
a guarantee a declarant hears too, and only its holder may open it: it leads nowhere.
"""


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
    notices = [notice(each, seen, actor) for each in told]
    if told and told[0].place.position > seen:
        keeping.saw_news(user, told[0].place.position)
    return render(request, "web/record/notifications.html", {"notices": notices})


def notice(told: Told, seen: int, actor: Actor) -> Notice:
    """Return an event with the page that its reader may open; new where it is behind ``seen``."""
    kind, _, number = told.subject.partition(":")
    name, roles = _PAGES.get(kind, ("", EVERYBODY))
    opens = bool(name) and actor.has(*roles) and not number.startswith("~")
    address = reverse(name, args=[number]) if opens else ""
    named = next((str(told.data[each]) for each in _NAMES if told.data.get(each)), "")
    if not named and kind in _OF_RECORD:
        named = number.removeprefix("~")
    return Notice(told, named, address, told.place.position > seen)
