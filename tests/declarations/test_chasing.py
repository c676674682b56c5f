"""Simplified declarations: authorised, completed in time, chased when late, once each."""

from __future__ import annotations

import pytest

from clearway.declarations.chasing import chase
from clearway.declarations.models import Declaration
from clearway.events.models import Event
from clearway.reference.in_force import reference_at


def chased(border):
    return chase(reference_at(border.clock.now()))


def test_a_simplified_declaration_needs_an_authorisation(border):
    refused = border.lodge("trader2", type_code="IMC", declarant="XP1000000002",
                           importer="XP1000000002")  # fmt: skip
    assert (refused.status, refused.rules) == (422, ["CLW4307"])
    assert border.lodge(type_code="IMC").status == 201


def test_a_late_supplementary_declaration_is_told_once(border):
    mrn = border.lodged(type_code="IMC")
    told = border.ask("trader", "get", f"/declarations/{mrn}").json
    assert told["supplementary_due"] == "2026-03-13"
    border.later(days=10)
    assert chased(border).overdue == 0  # the last day is in time
    border.later(days=1)
    assert chased(border).overdue == 1
    assert chased(border).overdue == 0
    news = Event.objects.filter(kind="supplementary.overdue")
    assert [event.subject for event in news] == [f"declaration:{mrn}"]


def test_one_that_was_completed_is_not_chased(border):
    mrn = border.lodged(type_code="IMC")
    border.later(days=5)
    made = border.lodge(type_code="IMY", previous=(mrn,), document="")
    assert made.status == 201, made.json
    supplementary = Declaration.objects.get(mrn=made.json["mrn"])
    simplified = Declaration.objects.get(mrn=mrn)
    assert supplementary.supplements == mrn
    assert supplementary.legal_date == simplified.legal_date
    assert supplementary.goods_state == "none"
    border.later(days=30)
    assert chased(border).overdue == 0


@pytest.mark.parametrize(
    ("who", "rule"), [("trader", "CLW4310"), ("nobody", "CLW4308"), ("unknown", "CLW4309")]
)
def test_a_supplementary_declaration_completes_one_of_his_own(border, who, rule):
    mrn = border.lodged(type_code="IMC")
    previous = {"trader": (mrn,), "nobody": (), "unknown": ("26XP0000000000000A1",)}[who]
    if who == "trader":
        assert border.lodge(type_code="IMY", previous=(mrn,), document="").status == 201
    answer = border.lodge(type_code="IMY", previous=previous, document="", price="9000.00")
    assert answer.status == 422
    assert rule in answer.rules


def test_what_never_arrives_lapses(border):
    mrn = border.lodged(type_code="IMD")
    border.later(days=29)
    assert chased(border).lapsed == 0
    border.later(days=2)
    assert chased(border).lapsed == 1
    assert chased(border).lapsed == 0
    assert Declaration.objects.get(mrn=mrn).state == "invalidated"
