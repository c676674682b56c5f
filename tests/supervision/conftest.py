"""The inspections' border and people; declarations that channels select and officers look at."""

from __future__ import annotations

import pytest
from tests.clearance.conftest import waiting  # noqa: F401 - fixtures
from tests.declarations.conftest import border  # noqa: F401 - fixtures
from tests.inspection.conftest import ordered, people, team  # noqa: F401 - fixtures

from clearway.assessment.models import Assessment, Finding, Hit
from clearway.declarations.models import Declaration
from clearway.inspection import concluding, noting, service
from clearway.inspection.models import Opening
from clearway.inspection.rules import questions

CHANCE = 500
"""The chance of being drawn that tests give, in ten-thousandths."""


def say(mrn, asked="", *, drawn=False, rate=CHANCE, hits=(), doubt=False):
    """Let the newest assessment of a declaration have said this.

    Args:
        mrn: of the declaration.
        asked: the channels that asked, as ``assessment.service.asked_by`` writes them.
        drawn: whether the draw chose it.
        rate: the chance that it had.
        hits: profile, version, lane, weight and channel of each.
        doubt: whether a rule of the kernel doubted it.
    """
    row = Declaration.objects.get(mrn=mrn)
    newest = Assessment.objects.filter(declaration=row.pk).latest("pk")
    Hit.objects.filter(assessment=newest).delete()
    Finding.objects.filter(assessment=newest).delete()
    Assessment.objects.filter(pk=newest.pk).update(asked=asked, drawn=drawn, random_rate=rate)
    for profile, version, lane, weight, channel in hits:
        Hit.objects.create(
            assessment=newest, items="1,2", profile=profile, version=version, lane=lane,
            contribution=weight, channel=channel,
        )  # fmt: skip
    if doubt:
        Finding.objects.create(
            assessment=newest, rule="CLW9999", severity="doubt", pointer="42A", item=1,
            parameters=b"{}",
        )  # fmt: skip
    return row


@pytest.fixture
def looked_at(border, people, ordered):  # noqa: F811
    """Lodge a declaration and let a team look at it for some minutes.

    ``looked_at("12000.00")`` finds another price, which a supervisor approves; without one it is in
    order. Return its MRN.
    """

    def make(found="", *asked_by, minutes=30, confirm=True):
        opening = ordered(*asked_by)
        first, *_ = team(opening, asked_by[0] if asked_by else "")
        service.start(first, opening.pk)
        border.later(minutes=minutes)
        if found:
            noting.find(first, opening.pk, code="value", item=1, found=found)
            unanswered(first, opening)
            concluding.conclude(first, opening.pk, outcome="discrepancy")
            if confirm:
                concluding.approve(people.supervisor, opening.pk, confirmed=True)
        else:
            concluding.in_order(first, opening.pk)
        return Opening.objects.get(pk=opening.pk).declaration.mrn

    return make


def unanswered(actor, opening, asked_by=""):
    """Answer with yes what the checklist still asks of an actor's side."""
    asked = questions(service.parts_of(opening, asked_by))
    service.check(actor, opening.pk, dict.fromkeys(asked, ("yes", "")))
