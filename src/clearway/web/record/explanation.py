"""Every figure of a declaration, step by step, as the kernel worked it out."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from clearway.assessment import queries as assessment
from clearway.assessment.access import OFFICIAL, OPERATIONS
from clearway.audit import clock
from clearway.audit.actor import Actor
from clearway.cli.choices import Audience
from clearway.cli.explanation import as_document
from clearway.declarations import access, queries
from clearway.kernel.assess import assess_one
from clearway.kernel.decisions import Decision
from clearway.kernel.lodgement import Lodgement
from clearway.kernel.reference import Reference
from clearway.reference.queries import day_at
from clearway.risk.learning.goods_items import rows_of
from clearway.risk.memory import queries as memory
from clearway.risk.memory.queries import Remembered
from clearway.risk.scoring.explaining import Said, said
from clearway.vocabulary.errors import NotThere
from clearway.web.language import language_for
from clearway.web.record import goods_words, known_words
from clearway.web.record.model_words import told
from clearway.web.visitors import page


def _evidence(lodgement: Lodgement, reference: Reference) -> list[tuple[int, list[Remembered]]]:
    """Return what inspections to this day showed of each item: for officers' eyes alone."""
    until = day_at(clock.now(), reference) + 1
    return list(enumerate(memory.recall(lodgement, until), 1))


def _said_by_model(
    assessment: int, lodgement: Lodgement, decision: Decision, reference: Reference
) -> list[Said]:
    """Return what the model in force said when it was decided, with its reasons: for officers."""
    rows = rows_of(lodgement, decision.values, decision.charges, exponent=reference.exponent)
    return said(assessment, rows)


@require_safe
@page("getAssessment", OPERATIONS)
def explanation(request: HttpRequest, actor: Actor, key: str) -> HttpResponse:
    """Work a declaration out again under the law that ruled, and show every step.

    Decisions are the same wherever and whenever they are made; where the law of that instant can
    no longer be opened as it was, the page says so.
    """
    found = access.declaration_for(actor, key)
    newest = assessment.newest(found.pk)
    if newest is None:
        raise NotThere("Nothing was decided on it yet.")
    access.note_read(actor, found, "explanation")
    language = language_for(request)
    reference = assessment.reference_of(newest)
    lodgement = queries.lodgement_of(queries.current_version(found))
    lodgement = assessment.as_decided(lodgement, newest)
    decision = assess_one(lodgement, reference, explain=True)
    official = actor.has(*OFFICIAL) and found.organisation != actor.organisation
    audience = Audience.OFFICER if official and found.lane is not None else Audience.TRADER
    officer = audience is Audience.OFFICER
    document = as_document(decision, reference, audience, language)
    if found.lane is None:
        document.pop("outlook", None)
    context = {
        "declaration": found,
        "told": document,
        "items": lodgement.items,
        "same_law": newest.reference_hash == reference.hash,
        "reference_name": f"{reference.country} {reference.version}",
        "said": told(_said_by_model(newest.pk, lodgement, decision, reference), language)
        if officer
        else [],
        "prices": goods_words.prices(lodgement, decision.values, exponent=reference.exponent)
        if officer
        else [],
        "cargo": goods_words.cargo(lodgement, language) if officer else [],
        "evidence": _evidence(lodgement, reference) if officer else [],
        "hits": known_words.hits(actor, found, language) if officer else [],
        "named": known_words.named(actor, found) if officer else [],
    }
    return render(request, "web/record/explanation.html", context)
