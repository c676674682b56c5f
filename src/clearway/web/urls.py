"""The addresses of the pages. An address names an object, and is the same for everybody."""

from __future__ import annotations

from django.urls import path

from clearway.web import desk, live
from clearway.web.helping import findings as helping
from clearway.web.lodging import copying, pages, sending
from clearway.web.officers import queue
from clearway.web.problem_pages import all_problems, one_problem
from clearway.web.record import (
    acts,
    declaration,
    explanation,
    lists,
    notifications,
    search,
    versions,
)
from clearway.web.status import border

urlpatterns = [
    path("", border, name="border"),
    path("desk", desk.begin, name="desk"),
    path("live/stream", live.live, name="live"),
    path("search", search.search, name="search"),
    path("notifications", notifications.notifications, name="notifications"),
    path("views", desk.save_view, name="save_view"),
    path("views/<int:number>/forget", desk.forget_view, name="forget_view"),
    # The record.
    path("declarations/", lists.declarations, name="declarations"),
    path("declarations/<str:key>", declaration.declaration, name="declaration"),
    path("declarations/<str:key>/explanation", explanation.explanation, name="explanation"),
    path("declarations/<str:key>/versions", versions.versions, name="versions"),
    path("declarations/<str:key>/cancel", acts.cancel, name="cancel_declaration"),
    path("declarations/<str:key>/documents/new", acts.attach, name="attach"),
    path("declarations/<str:key>/documents/<int:number>", acts.attached, name="attached"),
    path("requests/", lists.requests, name="requests"),
    path("requests/<int:number>", acts.decide, name="decide_request"),
    # Lodging by hand.
    path("drafts/", pages.listed, name="drafts"),
    path("drafts/new", pages.new, name="new_draft"),
    path("drafts/commodities", pages.commodities, name="commodities"),
    path("drafts/<int:number>/", pages.whole, name="draft"),
    path("drafts/<int:number>/items", pages.items, name="draft_items"),
    path("drafts/<int:number>/items/act", pages.items_act, name="draft_items_act"),
    path("drafts/<int:number>/items/<int:place>", pages.item, name="draft_item"),
    path("drafts/<int:number>/check", sending.check, name="draft_check"),
    path("drafts/<int:number>/lodge", sending.lodge, name="lodge_draft"),
    path("drafts/<int:number>/delete", pages.delete, name="delete_draft"),
    path("drafts/<int:number>/<slug:name>", pages.step, name="draft_step"),
    path("declarations/<str:key>/copy", copying.copy, name="copy_declaration"),
    path("declarations/<str:key>/amend", copying.amend, name="amend_declaration"),
    # Officers.
    path("queue/", queue.queue, name="queue"),
    path("queue/next", queue.take_next, name="take_next"),
    path("queue/<str:key>", queue.queue, name="queue_declaration"),
    path("queue/<str:key>/take", queue.take, name="take"),
    path("queue/<str:key>/back", queue.hand_back, name="hand_back"),
    path("queue/<str:key>/accept", queue.accept, name="accept"),
    path("queue/<str:key>/ask", queue.ask, name="ask"),
    path("queue/<str:key>/control", queue.control, name="control"),
    # Help.
    path("help/", helping.contents, name="help"),
    path("help/findings/", helping.findings, name="findings"),
    path("help/findings/<str:code>", helping.finding, name="finding"),
    path("problems/", all_problems, name="problems"),
    path("problems/<slug:name>", one_problem, name="problem"),
]
