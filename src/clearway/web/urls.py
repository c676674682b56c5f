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
from clearway.web.documents.verifying import verify
from clearway.web.goods import exits, holds, port, station
from clearway.web.helping import findings as helping
from clearway.web.helping.components import components
from clearway.web.helping.glossary import glossary
from clearway.web.inspecting import doubts, interests
from clearway.web.inspecting import openings as inspecting
from clearway.web.lodging import copying, pages, sending
from clearway.web.officers import proposals, queue, team
from clearway.web.oversight import line, log, packs
from clearway.web.permits.addresses import PERMITS
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
from clearway.web.registry import authorisations, mandates, organisations
from clearway.web.starting import ready_people, samples, tour
from clearway.web.status import border
from clearway.web.traders import attempts, connections, dashboard, files, hooks

urlpatterns = [
    path("", border, name="border"),
    path("desk", desk.begin, name="desk"),
    path("live/stream", live.live, name="live"),
    path("search", search.search, name="search"),
    path("notifications", notifications.notifications, name="notifications"),
    path("views", desk.save_view, name="save_view"),
    path("views/<int:number>/forget", desk.forget_view, name="forget_view"),
    path("verify/<str:token>", verify, name="verify"),
    # The record.
    path("declarations/", lists.declarations, name="declarations"),
    path("declarations/<str:key>", declaration.declaration, name="declaration"),
    path("declarations/<str:key>/explanation", explanation.explanation, name="explanation"),
    path("declarations/<str:key>/versions", versions.versions, name="versions"),
    path("declarations/<str:key>/cancel", acts.cancel, name="cancel_declaration"),
    path("declarations/<str:key>/documents/new", acts.attach, name="attach"),
    path("declarations/<str:key>/documents/<int:number>", acts.attached, name="attached"),
    # Inspections and doubts about values.
    path("inspections/", inspecting.listed, name="inspections"),
    path("inspections/<int:number>", inspecting.one, name="inspection"),
    path("inspections/<int:number>/start", inspecting.start, name="start_inspection"),
    path("inspections/<int:number>/checklist", inspecting.check, name="check_inspection"),
    path("inspections/<int:number>/findings", inspecting.find, name="find_inspection"),
    path(
        "inspections/<int:number>/findings/<int:finding>/withdraw",
        inspecting.withdraw,
        name="withdraw_finding",
    ),
    path("inspections/<int:number>/photos", inspecting.photo, name="photo_inspection"),
    path(
        "inspections/<int:number>/photos/<int:photo>", inspecting.picture, name="inspection_photo"
    ),
    path("inspections/<int:number>/seals", inspecting.seal, name="seal_inspection"),
    path("inspections/<int:number>/samples", inspecting.sample, name="sample_inspection"),
    path("inspections/<int:number>/samples/<int:sample>", inspecting.lab_result, name="lab_result"),
    path("inspections/<int:number>/result", inspecting.result, name="inspection_result"),
    path("inspections/<int:number>/approval", inspecting.approve, name="approve_inspection"),
    path("inspections/<int:number>/team", inspecting.draw, name="draw_inspectors"),
    path("declarations/<str:key>/inspections/new", inspecting.order, name="order_inspection"),
    path("declarations/<str:key>/value-doubts/new", doubts.new, name="doubt_value"),
    path("value-doubts/", doubts.listed, name="value_doubts"),
    path("value-doubts/<int:number>", doubts.one, name="value_doubt"),
    path("value-doubts/<int:number>/reply", doubts.reply, name="reply_doubt"),
    path("value-doubts/<int:number>/grounds", doubts.grounds, name="doubt_grounds"),
    path("value-doubts/<int:number>/security", doubts.security, name="doubt_security"),
    path("value-doubts/<int:number>/coverage", doubts.cover, name="doubt_cover"),
    path("value-doubts/<int:number>/decision", doubts.decide, name="decide_doubt"),
    path("interests/", interests.listed, name="interests"),
    path("interests/new", interests.declare, name="declare_interest"),
    path("interests/<int:number>/end", interests.end, name="end_interest"),
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
    # Goods: holds, the port, movements under control.
    path("holds/", holds.listed, name="holds"),
    path("holds/new", holds.place, name="place_hold"),
    path("holds/<int:number>", holds.lift, name="lift_hold"),
    path("declarations/<str:key>/exit", exits.word, name="exit_word"),
    path("port", port.overview, name="port"),
    path("port/here/", port.what_is_here, name="port_here"),
    *(path(f"port/{name}/", port.listed, {"name": name}, f"port_{name}") for name in port.LISTS),
    path("station", station.station, name="station"),
    path("station/<int:number>/receive", station.receive, name="receive_move"),
    # First start, in a demonstration.
    path("demo/sign-in", ready_people.sign_in, name="ready_sign_in"),
    path("tour", tour.tour, name="tour"),
    path("tour/go", tour.go, name="tour_go"),
    path("samples/<str:name>", samples.sample, name="sample"),
    # Supervisors.
    path("team", team.team, name="team"),
    path("team/hands/", team.hands, name="hands"),
    path("team/reassign", team.reassign, name="reassign"),
    path("proposals/", proposals.proposals, name="proposals"),
    path("proposals/<int:number>", proposals.decide, name="decide_proposal"),
    # Oversight: auditors, operators, tariff stewards.
    path("log/", log.log, name="log"),
    path("log/<int:number>", log.leaf, name="leaf"),
    path("line", line.line, name="line"),
    path("line/quarantine/", line.quarantine, name="quarantine"),
    path("line/quarantine/<int:number>", line.quarantined, name="quarantined"),
    path("line/quarantine/<int:number>/resolve", line.resolve, name="resolve_quarantined"),
    path("line/alarms/", line.alarms, name="alarms"),
    path("line/alarms/<int:number>", line.alarm, name="alarm"),
    path("line/parked/", line.parked, name="parked"),
    path("line/parked/<int:number>", line.parked_event, name="parked_event"),
    path("packs/", packs.packs, name="packs"),
    path("packs/propose", packs.propose, name="propose_pack"),
    path("packs/<int:number>", packs.pack, name="pack"),
    path("packs/<int:number>/approve", packs.approve, name="approve_pack"),
    path("packs/<int:number>/withdraw", packs.withdraw, name="withdraw_pack"),
    # The trader's desk.
    path("dashboard", dashboard.dashboard, name="dashboard"),
    path("files/", files.files, name="files"),
    path("files/<int:number>", files.file, name="file"),
    path("files/<int:number>/errors", files.errors, name="file_errors"),
    path("files/<int:number>/to-mend", files.to_mend, name="file_to_mend"),
    path("files/<int:number>/accepted", files.accepted, name="file_accepted"),
    path("connections", connections.keys, name="keys"),
    path("connections/keys/new", connections.make_key, name="make_key"),
    path("connections/keys/<int:number>", connections.key, name="key"),
    path("connections/keys/<int:number>/revoke", connections.revoke_key, name="revoke_key"),
    path("connections/webhooks/new", hooks.make, name="make_webhook"),
    path("connections/webhooks/<int:number>", hooks.webhook, name="webhook"),
    path("connections/webhooks/<int:number>/state", hooks.switch, name="switch_webhook"),
    path("connections/webhooks/<int:number>/secret", hooks.rotate, name="rotate_webhook"),
    path("connections/webhooks/<int:number>/remove", hooks.remove, name="remove_webhook"),
    path("connections/webhooks/<int:number>/replay", hooks.replay, name="replay_webhook"),
    path("connections/webhooks/<int:number>/deliveries", hooks.deliveries, name="deliveries"),
    path("sandbox", attempts.sandbox, name="sandbox"),
    # The register.
    path("organisations/", organisations.organisations, name="organisations"),
    path("organisations/new", organisations.register, name="register"),
    path("organisations/<int:number>", organisations.organisation, name="organisation"),
    path(
        "organisations/<int:number>/state",
        organisations.set_state,
        name="set_organisation_state",
    ),
    path("organisations/<int:number>/roles", organisations.grant, name="grant_role"),
    path(
        "organisations/<int:number>/roles/<int:member>/revoke",
        organisations.revoke,
        name="revoke_role",
    ),
    path("mandates/", mandates.mandates, name="mandates"),
    path("mandates/new", mandates.new_mandate, name="new_mandate"),
    path("mandates/<int:number>", mandates.mandate, name="mandate"),
    path("mandates/<int:number>/answer", mandates.answer, name="answer_mandate"),
    path("mandates/<int:number>/end", mandates.end, name="end_mandate"),
    path("authorisations/", authorisations.authorisations, name="authorisations"),
    path("authorisations/new", authorisations.grant, name="grant_authorisation"),
    path("authorisations/<int:number>", authorisations.authorisation, name="authorisation"),
    path(
        "authorisations/<int:number>/state",
        authorisations.set_state,
        name="set_authorisation_state",
    ),
    *PERMITS,
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
    path("help/glossary", glossary, name="glossary"),
    path("help/components", components, name="components"),
    path("problems/", all_problems, name="problems"),
    path("problems/<slug:name>", one_problem, name="problem"),
]
