"""An officer's word about the exit of export goods: confirmed, proved, or never."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from clearway.audit.actor import Actor
from clearway.clearance import access, exits
from clearway.declarations.access import declaration_for
from clearway.vocabulary.errors import DataRefused, StateForbids
from clearway.web import filling
from clearway.web.filling import Field
from clearway.web.language import language_for
from clearway.web.visitors import page, see_other
from clearway.web.words import words


@require_http_methods(["GET", "POST"])
@page("confirmExit", access.OPERATIONS)
def word(request: HttpRequest, actor: Actor, key: str) -> HttpResponseBase:
    """Confirm an exit, take its proof, or end the enquiry about it."""
    found = declaration_for(actor, key, to="decide")
    fields = (
        Field("exit", "choice", ("left", "never_left"), "exit"),
        Field("proof", "area", required=False, longest=512),
        Field("reason", "area", required=False, longest=512),
    )
    asked, told = filling.form(request, fields), words(language_for(request))
    if request.method == "POST" and asked.is_valid():
        given = asked.cleaned_data
        try:
            if given["exit"] == "never_left":
                exits.give_up(actor, key, given["reason"])
            else:
                exits.confirm(actor, key, given["proof"])
        except (DataRefused, StateForbids) as refused:
            filling.refuse(request, asked, refused)
        else:
            messages.success(request, told["exit_said"])
            return see_other(reverse("declaration", args=[key]))
    context = {
        "asked": asked,
        "heading": told["exit_word"],
        "hint": told["exit_word_hint"],
        "submit": told["exit_word"],
        "trail": (reverse("declaration", args=[key]), found.mrn),
    }
    status = 422 if asked.errors else 200
    return render(request, "web/parts/form.html", context, status=status)
