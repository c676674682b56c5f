"""A draft made of a declaration that was lodged: to lodge its like again, or to amend it."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponseBase
from django.urls import reverse
from django.views.decorators.http import require_POST

from clearway.assessment import queries as assessment
from clearway.audit.actor import Actor
from clearway.declarations import access, queries
from clearway.declarations.models import Declaration
from clearway.intake.access import OPERATIONS
from clearway.vocabulary.errors import StateForbids
from clearway.web.language import language_for
from clearway.web.lodging import content as contents
from clearway.web.lodging import drafts
from clearway.web.lodging import tree as trees
from clearway.web.lodging.content import Content, Refused
from clearway.web.lodging.pages import LODGE
from clearway.web.record import telling
from clearway.web.visitors import page, see_other


@require_POST
@page(LODGE, OPERATIONS)
def copy(request: HttpRequest, actor: Actor, key: str) -> HttpResponseBase:
    """Make a draft for the next consignment of the kind, under a new reference.

    Of a rejected declaration the draft is for the same consignment, with what was found against it.
    """
    found = access.declaration_for(actor, key, to="amend")
    content = _content(found)
    content.copied = found.mrn or found.lrn
    lrn = drafts.proposed_lrn(trees.read(content.tree, "Declarant/ID"))
    if found.state == "rejected":
        contents.free(content, lrn)
        content.refused = _against(found, language_for(request))
    else:
        contents.renew(content, lrn)
    made = drafts.begin(actor, content)
    return see_other(reverse("draft_step", args=[made.pk, "check"]))


@require_POST
@page("amendDeclaration", access.OPERATIONS)
def amend(request: HttpRequest, actor: Actor, key: str) -> HttpResponseBase:
    """Make a draft that changes the version that stands."""
    del request
    found = access.declaration_for(actor, key, to="amend")
    if found.mrn is None:
        raise StateForbids(
            "A rejected declaration cannot be amended.", remedy="Copy it, mend it and lodge it."
        )
    content = _content(found)
    content.base = found.version
    made = drafts.begin(actor, content, amends=found.mrn)
    return see_other(reverse("draft_step", args=[made.pk, "check"]))


def _against(found: Declaration, language: str) -> tuple[Refused, ...]:
    newest = assessment.newest(found.pk)
    told = [] if newest is None else telling.findings(newest, language)
    return tuple(
        Refused(one.code, one.severity, one.pointer, one.message, one.remedy) for one in told
    )


def _content(found: Declaration) -> Content:
    version = queries.current_version(found)
    content = contents.of_message(bytes(version.message), version.media_type)
    if content is None:
        raise StateForbids(
            "The message of this declaration cannot be shown in the form.",
            remedy="Use the way by which it was lodged.",
        )
    content.tree.setdefault("GoodsShipment", {})
    return content
