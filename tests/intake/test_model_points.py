"""The model in force on the line: its points, what is kept of them, and what its failure means."""

import json
from collections import Counter
from datetime import timedelta
from functools import cache

import numpy as np
import pytest
from tests.intake.conftest import DAY, NOW, TIN
from tests.risk.learning.made import kept, rows

from clearway.assessment import queries as assessment
from clearway.assessment.models import Assessment, Hit
from clearway.declarations.models import Declaration, Version
from clearway.declarations.queries import lodgement_of
from clearway.intake.models import Alarm
from clearway.kernel.assess import assess_one
from clearway.kernel.decisions import Channel, Lane
from clearway.risk.learning import gathering, serving
from clearway.risk.learning.goods_items import items_of
from clearway.risk.learning.models import ModelVersion
from clearway.risk.memory.models import Evidence
from clearway.risk.scoring import planning, queries, service
from clearway.risk.scoring.models import DayPlan, ItemScore
from clearway.risk.scoring.plans import Plan
from clearway.selectivity.cuts import NEVER, Cuts
from clearway.selectivity.generaliser import Recipe, train
from clearway.selectivity.layout import BORDER
from clearway.vocabulary.dates import days_of

TODAY = days_of(DAY)


@cache
def _suspicious():
    """A model that learnt that what our trader brings is wrong nine times in ten."""
    import msgspec

    made, found, day = rows()
    known = [
        msgspec.structs.replace(row, importer=TIN) if row.importer == "XP7" else row for row in made
    ]
    return train(items_of(known), found, day, BORDER, recipe=Recipe(trees=40))


def planned(office, cuts, model=1):
    service.keep_plan(office, model, TODAY, Plan(cuts, 0.5, 0.1, 100.0, 10, 500, 20))


def lodged(lodge, message, number=1):
    answer = lodge(message(number)).result(60)
    return answer, Declaration.objects.get(lrn=f"REF-{number}")


def office_of(message):
    tree = json.loads(message(1))["Declaration"]
    return tree.get("DeclarationOfficeID") or tree["DeclarationOffice"]["ID"]


def test_at_the_cut_the_model_selects_and_everything_is_on_record(lodge, message):
    kept(_suspicious(), "live")
    serving.renew()
    planned(office_of(message), Cuts(chance=50_000))
    answer, declaration = lodged(lodge, message)
    assert answer.status == 201
    assert declaration.lane == Lane.RED
    found = Assessment.objects.get()
    assert found.channel in {Channel.SCORE.value, Channel.RANDOM.value, Channel.PROFILE.value}
    hit = Hit.objects.get(profile="MODEL")
    assert (hit.version, hit.lane, hit.channel) == (1, None, "score")
    scores = list(ItemScore.objects.filter(assessment=found.pk))
    assert len(scores) == len(lodgement_of(Version.objects.get()).items)
    best = max(scores, key=lambda one: one.points)
    assert best.points == hit.contribution >= 70
    assert (best.share, best.propensity, best.model, best.day) == ("chance", 1_000_000, 1, TODAY)
    assert best.chance >= 50_000
    assert "MODEL" not in answer.body.decode()


@pytest.mark.parametrize(
    ("cuts", "shares", "missed"),
    [
        # the lot takes it: 1 - 0.98 x 0.0001
        (Cuts(new_rate=9_999), {"new"}, 9_800 * 1 // 100),
        # it may, and does not (the draw of this declaration is 1 or more): 1 - 0.98 x 0.9999
        (Cuts(new_rate=1), {""}, 9_800 * 9_999 // 100),
        # its points cannot make the declaration red, so that the random draw alone is left
        (Cuts(new_rate=9_999, red_score=NEVER), {"new"}, 980_000),
        (Cuts(), {""}, 980_000),
    ],
)
def test_the_chance_on_record_is_that_of_both_lots(lodge, message, reference, cuts, shares, missed):
    assert reference.selection.random_rate == 200
    kept(_suspicious(), "live")
    serving.renew()
    planned(office_of(message), cuts)
    lodged(lodge, message)
    assert set(ItemScore.objects.values_list("share", flat=True)) == shares
    assert set(ItemScore.objects.values_list("propensity", flat=True)) == {1_000_000 - missed}


def test_what_a_profile_has_looked_at_anyhow_is_certain(lodge, message, monkeypatch):
    from clearway.risk.scoring import judging

    kept(_suspicious(), "live")
    serving.renew()
    planned(office_of(message), Cuts(new_rate=9_999))
    monkeypatch.setattr(judging, "_is_red", lambda _: True)  # with the lot and without it
    lodged(lodge, message)
    assert set(ItemScore.objects.values_list("propensity", flat=True)) == {1_000_000}


def test_the_record_alone_gives_the_same_selection_again(lodge, message, reference):
    """What the model said is data of the declaration: no model is needed to prove the decision."""
    kept(_suspicious(), "live")
    serving.renew()
    planned(office_of(message), Cuts(chance=500_000, red_score=99_000))
    lodged(lodge, message)
    lodgement = lodgement_of(Version.objects.get())
    again = assess_one(lodgement, reference)
    assert lodgement.features["model_points"] > 0
    assert again.selection == assessment.selection(Assessment.objects.get())


def test_without_a_plan_or_a_model_nothing_is_added(lodge, message):
    lodged(lodge, message, 1)
    assert not ItemScore.objects.exists()
    kept(_suspicious(), "live")
    serving.renew()
    lodged(lodge, message, 2)
    assert ItemScore.objects.exists()
    assert set(ItemScore.objects.values_list("points", "share")) == {(0, "")}
    assert not Hit.objects.filter(profile="MODEL").exists()


def test_the_very_same_goods_that_were_found_clean_lower_the_chance(lodge, message):
    from clearway.risk.memory.keys import keys_of

    kept(_suspicious(), "live")
    serving.renew()
    lodged(lodge, message, 1)
    lodgement = lodgement_of(Version.objects.get())
    before = ItemScore.objects.get(item=1).chance
    key = keys_of(lodgement, lodgement.items[0])["same_goods"]
    Evidence.objects.create(
        rung="same_goods", key=key, day=TODAY - 5, inspections=8, violations=0
    )  # fmt: skip
    office = office_of(message)
    planned(office, Cuts())
    number = next(
        n for n in range(2, 200) if json.loads(message(n))["Declaration"]["GoodsShipment"][
            "GovernmentAgencyGoodsItem"] == json.loads(message(1))["Declaration"]["GoodsShipment"][
            "GovernmentAgencyGoodsItem"]
    )  # fmt: skip
    lodged(lodge, message, number)
    after = ItemScore.objects.filter(item=1).order_by("id").last()
    assert (after.inspections, after.violations) == (8, 0)
    # prior worth (1 - 0.5) / 0.5 = 1 inspection: chance / 9
    assert after.chance == pytest.approx(before / 9, abs=2)


def test_a_model_that_cannot_be_read_means_documents_and_an_alarm(lodge, message):
    row = kept(_suspicious(), "live")
    ModelVersion.objects.filter(pk=row.pk).update(digest="0" * 64)
    serving.renew()
    answer, declaration = lodged(lodge, message)
    assert answer.status == 201
    assert declaration.lane >= Lane.YELLOW
    alarm = Alarm.objects.get()
    assert (alarm.kind, alarm.subject) == ("kernel_failed", "model: ModelUnusable")
    assert not ItemScore.objects.exists()


def test_a_defect_in_judging_means_documents_and_an_alarm(lodge, message, monkeypatch):
    from clearway.risk.scoring import judging

    def broken(*_args):
        raise ZeroDivisionError

    kept(_suspicious(), "live")
    serving.renew()
    monkeypatch.setattr(judging, "appraise", broken)
    _, declaration = lodged(lodge, message)
    assert declaration.lane >= Lane.YELLOW
    assert Alarm.objects.get().subject == "model: ZeroDivisionError"


def test_an_office_is_planned_by_what_came_to_it(lodge, message, reference, monkeypatch):
    for module in (planning, gathering):
        monkeypatch.setattr(module, "reference_at", lambda _at: reference)
    monkeypatch.setattr(planning.clock, "now", lambda: NOW + timedelta(hours=8))
    kept(_suspicious(), "live")
    serving.renew()
    monkeypatch.setattr(planning, "LEAST", 10)
    futures = [lodge(message(number)) for number in range(1, 81)]
    assert {future.result(60).status for future in futures} == {201}
    planning.go_round()
    came = Counter(Declaration.objects.values_list("office", flat=True))
    big = {office for office, count in came.items() if count >= planning.LEAST}
    assert set(DayPlan.objects.values_list("office", flat=True)) == big != set()
    for row, plan in queries.newest_plans(1):
        assert (row.model, plan.capacity, plan.sampled) == (1, None, came[row.office])
        assert plan.part == planning.USUAL_PART
        if plan.part * plan.sampled - plan.others < 1:
            assert plan.cuts == Cuts(red_score=NEVER)
        else:
            assert plan.cuts.chance or plan.cuts.stake
    before = DayPlan.objects.count()
    planning.go_round()
    assert DayPlan.objects.count() == before


def test_an_office_that_can_inspect_nothing_lets_the_scores_red_fall(lodge, message, patterns):
    kept(_suspicious(), "live")
    serving.renew()
    planned(office_of(message), Cuts(chance=50_000, red_score=NEVER))
    _, declaration = lodged(lodge, message)
    told = assessment.selection(Assessment.objects.get())
    score = next(one for one in told.channels if one.channel is Channel.SCORE)
    assert score.lane is Lane.YELLOW
    assert score.reasons[-1].key == "selection.capacity"
    assert np.isin(declaration.lane, [Lane.YELLOW, Lane.RED])
    assert NOW.date() == DAY
