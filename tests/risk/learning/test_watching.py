"""The watch: what the shadow says is kept without effect, and what passes a threshold is told."""

from __future__ import annotations

import msgspec
import pytest
from tests.risk.learning.carded import a_card
from tests.risk.learning.made import a_model, kept

from clearway.declarations.models import Declaration, Version
from clearway.events.models import Event
from clearway.risk.learning import cards, drift, serving, watching
from clearway.risk.learning.gathering import judged
from clearway.risk.learning.goods_items import items_of
from clearway.risk.learning.models import ModelVersion, ModelWatch, ShadowChance
from clearway.risk.learning.watching import Figures
from clearway.risk.outcomes import service as outcomes
from clearway.risk.outcomes.service import Shown
from clearway.vocabulary.dates import days_of


def test_the_shadow_judges_each_item_once_and_beside_what_serves(border):
    for place in range(3):
        border.lodged(document=f"HBL-{place}", items=2)
    model = a_model()
    kept(model, "live")
    shadow = kept(model, "shadow")
    serving.renew()
    assert watching.judge_in_shadow(most=2) == 4  # two declarations of two items
    assert watching.judge_in_shadow(most=2) == 2
    assert watching.judge_in_shadow(most=2) == 0
    rows = list(ShadowChance.objects.order_by("version", "item"))
    assert {row.model_id for row in rows} == {shadow.pk}
    said = [
        round(float(one) * 1_000_000)
        for version in judged(Version.objects.values_list("id", flat=True))
        for one in model.chances(items_of(version.rows))
    ]
    assert [row.chance for row in rows] == said
    assert [row.beside for row in rows] == said


def test_only_what_was_lodged_since_is_judged(border):
    from clearway.risk.learning import service

    border.lodged(document="HBL-1")
    row = kept(a_model(), "tested", card=cards.packed(a_card()))
    service.put_on_trial(border.actors["analyst"], 1, seen=row.digest)
    assert watching.judge_in_shadow() == 0
    border.lodged(document="HBL-2")
    assert watching.judge_in_shadow() == 1


def test_a_day_is_looked_at_once(border):
    kept(a_model(), "live", card=cards.packed(a_card()))
    serving.renew()
    watching.go_round()
    watching.go_round()
    assert ModelWatch.objects.count() == 1
    border.later(days=1)
    watching.go_round()
    assert ModelWatch.objects.count() == 2
    assert not Event.objects.filter(kind="model.drifted").exists()


def test_hits_that_are_not_what_was_promised_raise_an_alarm(border):
    row = kept(a_model(), "live", card=cards.packed(a_card()))
    serving.renew()
    for place in range(4):
        mrn = border.lodged(document=f"HBL-{place}", items=10)
        number = Declaration.objects.get(mrn=mrn).pk
        outcomes.record(
            number, [Shown(item, True, 100) for item in range(1, 11)], border.clock.now()
        )
    watching.go_round()
    found = msgspec.json.decode(bytes(ModelWatch.objects.get().figures), type=Figures)
    assert (found.inspected, found.found) == (40, 40)
    assert found.surprise > drift.SURE
    assert "hits" in found.alarms
    event = Event.objects.get(kind="model.drifted")
    assert event.subject == f"model:{row.number}"


def test_what_it_has_learnt_from_is_no_proof_of_it(border):
    today = days_of(border.clock.now().date())
    kept(a_model(), "live", card=cards.packed(a_card()), until=today + 1)
    serving.renew()
    mrn = border.lodged(items=10)
    number = Declaration.objects.get(mrn=mrn).pk
    outcomes.record(number, [Shown(one, True, 1) for one in range(1, 11)], border.clock.now())
    watching.go_round()
    found = msgspec.json.decode(bytes(ModelWatch.objects.get().figures), type=Figures)
    assert (found.inspected, found.surprise) == (0, None)


def test_inputs_that_moved_raise_an_alarm(border, monkeypatch):
    monkeypatch.setattr(drift, "LEAST", 20)
    elsewhere = cards.Share("origin", (1.0, 0.0), words=("VN",))
    kept(a_model(), "live", card=cards.packed(a_card(shares=(elsewhere,))))
    serving.renew()
    border.lodged(items=25)  # all of it from the United States
    watching.go_round()
    row = ModelWatch.objects.get()
    found = msgspec.json.decode(bytes(row.figures), type=Figures)
    assert row.alarm
    assert found.alarms == ("drift",)
    assert found.drift[0].index > drift.ALARM


def test_the_shadows_choice_is_held_against_what_inspections_showed(border):
    row = kept(a_model(), "shadow", card=cards.packed(a_card()))
    serving.renew()
    mrn = border.lodged(items=20)
    watching.judge_in_shadow()
    ShadowChance.objects.filter(item=7).update(chance=999_999)
    ShadowChance.objects.filter(item=9).update(chance=999_998)
    number = Declaration.objects.get(mrn=mrn).pk
    outcomes.record(number, [Shown(7, True, 5), Shown(8, True, 5)], border.clock.now())
    found = watching.figures_of(row, serving.in_shadow()[0], 30_000)
    assert (found.compared, found.selected) == (20, 2)
    assert (found.selected_inspected, found.selected_found) == (1, 1)
    assert found.agreement is None  # nothing serves beside it


@pytest.mark.parametrize("state", ["live", "shadow"])
def test_a_damaged_model_is_not_watched_and_breaks_no_round(border, state):
    kept(a_model(), state)
    ModelVersion.objects.update(digest="0" * 64)
    serving.renew()
    watching.go_round()
    assert not ModelWatch.objects.exists()
