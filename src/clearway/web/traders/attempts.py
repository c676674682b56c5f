"""The sandbox's page: choose an answer, give a message, read what lodging would have answered."""

from __future__ import annotations

from typing import Any, Final

import msgspec
from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from clearway.audit import clock
from clearway.audit.actor import Actor
from clearway.declarations import access as declarations
from clearway.declarations import queries
from clearway.intake import sandbox as trying
from clearway.intake.access import OPERATIONS
from clearway.intake.sandbox import OUTCOMES, Wish
from clearway.intake.submission import JSON, XML, Submission
from clearway.reference.in_force import reference_at
from clearway.vocabulary.errors import NotThere
from clearway.web import filling
from clearway.web import queries as own
from clearway.web.filling import Field
from clearway.web.language import language_for
from clearway.web.lodging import content as contents
from clearway.web.lodging import drafts
from clearway.web.visitors import page
from clearway.web.words import words

LONGEST: Final = 1 << 20
"""Characters of a message that is pasted; a longer one comes as a file."""
_MOST_DRAFTS: Final = 50
_decode = msgspec.json.Decoder(dict[str, Any]).decode


@require_http_methods(["GET", "POST"])
@page("tryLodging", OPERATIONS)
def sandbox(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Try to lodge a message, and show the answer in words."""
    asked = filling.form(request, _fields(actor))
    answer: dict[str, Any] = {}
    if request.method == "POST" and asked.is_valid():
        found = _message(request, actor, asked)
        if found is None:
            asked.add_error("message", words(language_for(request))["no_message_given"])
        else:
            answer = _tried(request, actor, *found, asked.cleaned_data["outcome"])
    context = {
        "asked": asked,
        "answer": answer,
        "outcomes": [(f"{trying.PREFIX}{wish}", wish, OUTCOMES[wish]) for wish in OUTCOMES],
    }
    status = 422 if asked.errors else 200
    return render(request, "web/traders/sandbox.html", context, status=status)


def _fields(actor: Actor) -> tuple[Field, ...]:
    """Return what is asked: the answer wanted, and a message in one of four ways."""
    newest = own.drafts(actor.organisation).order_by("-id")[:_MOST_DRAFTS]
    offered = [(str(one.pk), f"{one.lrn or one.pk} · {one.title}".rstrip(" ·")) for one in newest]
    return (
        Field("outcome", "choice", tuple(OUTCOMES), "outcome", required=False),
        Field("message", "area", required=False, longest=LONGEST),
        Field("message_file", "file", required=False),
        Field("declaration", required=False, longest=20),
        *([Field("draft", "choice", offered, required=False)] if offered else ()),
    )


def _message(request: HttpRequest, actor: Actor, asked: forms.Form) -> tuple[bytes, str] | None:
    """Return the message that was given and its form, in whichever way; None for none."""
    given = asked.cleaned_data
    if given["message_file"]:
        body = given["message_file"].read()
    elif given["message"]:
        body = given["message"].encode()
    elif given.get("draft"):
        kept = drafts.draft_for(actor, int(given["draft"]))
        return contents.message(contents.unpacked(bytes(kept.answers))), JSON
    elif given["declaration"]:
        try:
            found = declarations.declaration_for(actor, given["declaration"].strip().upper())
        except NotThere:
            asked.add_error("declaration", words(language_for(request))["asks_declaration_wrong"])
            return b"", JSON
        declarations.note_read(actor, found, "sandbox")
        version = queries.current_version(found)
        return bytes(version.message), version.media_type
    else:
        return None
    return body, XML if body.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<") else JSON


def _tried(
    request: HttpRequest, actor: Actor, body: bytes, media_type: str, outcome: str
) -> dict[str, Any]:
    """Return what the sandbox answers, as the page tells it; nothing where no message is there."""
    if not body:
        return {}
    now, language = clock.now(), language_for(request)
    submission = Submission(
        actor=actor,
        door="sandbox",
        media_type=media_type,
        body=body,
        received_at=now,
        language=language,
    )
    wish = Wish(outcome) if outcome else None
    answer = trying.tried(submission, reference_at(now), wish)
    told = _decode(answer.body)
    known = words(language)
    kind = str(told.get("type", "")).rpartition("/")[2]
    return {
        **told,
        "status": answer.status,
        "kind": kind,
        "title": known[f"refused_{kind}"] if kind else known["sandbox_taken"],
        "todo": known[f"refused_{kind}_do"] if kind else "",
        "retry_after": dict(answer.headers).get("Retry-After", ""),
        "lane": str(told.get("lane") or "").upper(),
        "whole": msgspec.json.format(answer.body, indent=2).decode(),
    }
