"""What do I need? The pack's answer to a trader, before he lodges anything."""

from __future__ import annotations

from typing import Any, Final

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_safe

from clearway.audit import clock
from clearway.audit.actor import Actor
from clearway.permits import access, asking, clocks
from clearway.reference.in_force import reference_at
from clearway.vocabulary.errors import NotThere
from clearway.web import filling
from clearway.web.filling import Field
from clearway.web.language import language_for
from clearway.web.visitors import page
from clearway.web.words import words

_FIELDS: Final = (
    Field("commodity", longest=12),
    Field("direction", "choice", ("IM", "EX"), "direction", initial="IM"),
    Field("other_country", longest=2),
    Field("procedure", required=False, longest=2),
    Field("end_use", required=False, longest=5),
    Field("on_day", "day", required=False),
)


@require_safe
@page("listRequirements", access.OPERATIONS)
def requirements(request: HttpRequest, actor: Actor) -> HttpResponseBase:
    """Ask what goods one has in mind, and answer which permits they need."""
    asked = filling.form(request, _FIELDS)
    context: dict[str, Any] = {"asked": asked, "may_apply": may_apply(actor)}
    if "commodity" in request.GET:
        asked = type(asked)(request.GET, auto_id="id_%s")
        context["asked"] = asked
        if asked.is_valid():
            context |= _answer(request, asked)
    return render(request, "web/permits/requirements.html", context)


def may_apply(actor: Actor) -> bool:
    """Tell whether somebody may apply for permits."""
    return actor.has(*access.OPERATIONS["applyForPermit"])


def _answer(request: HttpRequest, asked: Any) -> dict[str, Any]:
    given, reference = asked.cleaned_data, reference_at(clock.now())
    question = asking.Question(
        commodity=digits(given["commodity"]),
        direction=given["direction"],
        country=given["other_country"].upper(),
        day=given["on_day"] or clocks.today(clock.now(), reference),
        procedure=given["procedure"].upper(),
        end_use=given["end_use"].upper(),
    )
    try:
        found = asking.needed(question, reference)
    except NotThere:
        told = words(language_for(request))
        asked.add_error("commodity", told["no_such_commodity"])
        return {}
    return {"answered": True, "found": found, "question": question}


def digits(code: str) -> str:
    """Return a commodity code as the tariff writes it, without dots and blanks."""
    return code.replace(".", "").replace(" ", "")
