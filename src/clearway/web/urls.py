"""The addresses of the pages. An address names an object, and is the same for everybody."""

from __future__ import annotations

from django.urls import path

from clearway.web import desk, live
from clearway.web.cargo import (
    conveyances,
    document_forms,
    documents,
    pre_loading,
    upload,
    worklists,
)
from clearway.web.helping import findings as helping
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
    # Officers.
    path("queue/", queue.queue, name="queue"),
    path("queue/next", queue.take_next, name="take_next"),
    path("queue/<str:key>", queue.queue, name="queue_declaration"),
    path("queue/<str:key>/take", queue.take, name="take"),
    path("queue/<str:key>/back", queue.hand_back, name="hand_back"),
    path("queue/<str:key>/accept", queue.accept, name="accept"),
    path("queue/<str:key>/ask", queue.ask, name="ask"),
    path("queue/<str:key>/control", queue.control, name="control"),
    # Cargo.
    path("conveyances/", conveyances.conveyances, name="conveyances"),
    path("conveyances/new", conveyances.report, name="report_conveyance"),
    path("conveyances/<int:number>", conveyances.conveyance, name="conveyance"),
    path("conveyances/<int:number>/correct", conveyances.correct, name="correct_conveyance"),
    path("conveyances/<int:number>/arrival", conveyances.arrive, name="notify_arrival"),
    path("cargo/", documents.documents, name="documents"),
    path("cargo/new", document_forms.report, name="report_document"),
    path("cargo/waiting", worklists.waiting, name="cargo_waiting"),
    *(
        path(f"cargo/{name.removeprefix('cargo_')}", worklists.worklist, {"name": name}, name=name)
        for name in worklists.LISTS
    ),
    path("cargo/upload", upload.upload, name="cargo_upload"),
    path("cargo/upload/sample.csv", upload.sample, name="cargo_sample"),
    path("cargo/upload/<int:number>", upload.uploaded, name="cargo_uploaded"),
    path("cargo/upload/<int:number>/wrong.csv", upload.given_back, name="cargo_given_back"),
    path("cargo/pre-loading/", pre_loading.pre_loadings, name="pre_loadings"),
    path("cargo/pre-loading/new", pre_loading.lodge, name="lodge_pre_loading"),
    path("cargo/pre-loading/<int:number>", pre_loading.answer, name="pre_loading"),
    path("cargo/number/<path:key>", documents.by_number, name="document_by_number"),
    path("cargo/<int:number>", documents.document, name="document"),
    path("cargo/<int:number>/correct", document_forms.correct, name="correct_document"),
    path("cargo/<int:number>/cancel", document_forms.cancel, name="cancel_document"),
    path("cargo/<int:number>/close", document_forms.close, name="close_document"),
    path("cargo/<int:number>/tally", document_forms.tally, name="tally_document"),
    # Help.
    path("help/", helping.contents, name="help"),
    path("help/findings/", helping.findings, name="findings"),
    path("help/findings/<str:code>", helping.finding, name="finding"),
    path("problems/", all_problems, name="problems"),
    path("problems/<slug:name>", one_problem, name="problem"),
]
