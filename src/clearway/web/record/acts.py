"""What is done to a declaration from its page: cancelling, documents, requests."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.safestring import SafeString
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from clearway.audit import clock
from clearway.audit.actor import Actor
from clearway.declarations import access, documents, service
from clearway.declarations.rules import local_day
from clearway.intake import deciding
from clearway.reference.in_force import reference_at
from clearway.vocabulary.errors import DataRefused, NotThere
from clearway.web import refusals
from clearway.web.language import language_for
from clearway.web.record import declaration as one
from clearway.web.visitors import chosen, page, see_other, typed
from clearway.web.words import words


@require_POST
@page("cancelDeclaration", access.OPERATIONS)
def cancel(request: HttpRequest, actor: Actor, key: str) -> HttpResponseBase:
    """Cancel a declaration, or ask for it."""
    done = service.cancel(actor, key, typed(request, "reason"))
    told = "cancel_asked" if done.request is not None else "cancelled"
    messages.success(request, words(language_for(request))[told])
    return see_other(reverse("declaration", args=[key]))


@require_http_methods(["GET", "POST"])
@page("attachDocument", access.OPERATIONS)
def attach(request: HttpRequest, actor: Actor, key: str) -> HttpResponseBase:
    """Attach a document, or show the form for it."""
    found = access.declaration_for(actor, key, to="attach")
    problem = _attach(request, actor, key) if request.method == "POST" else SafeString()
    if request.method == "POST" and not problem:
        messages.success(request, words(language_for(request))["attached_now"])
        return see_other(reverse("declaration", args=[key]))
    law = reference_at(clock.now())
    listed, today = law.code_lists.get("document"), local_day(clock.now(), law)
    entries = [] if listed is None else [listed.lookup(code, today) for code in listed.entries]
    context = {
        "declaration": found,
        "types": sorted((each for each in entries if each is not None), key=lambda each: each.code),
        "given": request.POST,
        "problem": problem,
    }
    return render(request, "web/record/attach.html", context, status=422 if problem else 200)


def _attach(request: HttpRequest, actor: Actor, key: str) -> SafeString:
    """Attach the file of a request, and return what is wrong with it."""
    file = request.FILES.get("file")
    if file is None:
        return SafeString(words(language_for(request))["cargo_no_file"])
    given = request.POST
    kind, reference = given.get("type_code", ""), given.get("reference", "").strip()[:70]
    try:
        documents.attach(actor, key, kind, file.name or "", file.read(), reference)
    except DataRefused as refused:
        return refusals.in_language(refused.what, language_for(request))
    return SafeString()


@require_safe
@page("getDocument", access.OPERATIONS)
def attached(request: HttpRequest, actor: Actor, key: str, number: int) -> HttpResponse:
    """Give out an attached document, to be kept and not run."""
    del request
    declaration = access.declaration_for(actor, key)
    found = documents.document_of(declaration, number)
    if found is None:
        raise NotThere("There is no such document.", remedy="List the declaration's documents.")
    access.note_read(actor, declaration, f"document:{number}")
    answer = HttpResponse(documents.content_of(found), content_type="application/octet-stream")
    answer["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(found.name)}"
    return answer


@require_http_methods(["GET", "POST"])
@page("decideRequest", access.OPERATIONS)
def decide(request: HttpRequest, actor: Actor, number: int) -> HttpResponseBase:
    """Decide a trader's request, with the declaration and both versions before one's eyes."""
    wanted = access.request_for(actor, number, to="decide")
    failed: dict[str, Any] = {}
    language = language_for(request)
    if request.method == "POST":
        grant = chosen(request, "decision", {"grant", "refuse"}) == "grant"
        reason = typed(request, "reason")
        done = deciding.decide(
            actor, number, grant=grant, reason=reason, at=clock.now(), language=language
        )
        if done.failed is None:
            messages.success(request, words(language)["request_decided"])
            return see_other(reverse("requests"))
        failed = json.loads(done.failed.body)
    access.note_read(actor, wanted.declaration, f"request:{number}")
    context = one.told(request, actor, wanted.declaration)
    context |= {"wanted": wanted, "failed": failed}
    return render(request, "web/record/decide.html", context, status=422 if failed else 200)
