"""Training, the back-test and its conditions, on borders of which we know what is to be learnt."""

from __future__ import annotations

import msgspec
import numpy as np
import pytest
from tests.risk.learning.made import an_item, rows

from clearway.risk.learning import back_testing, cards, drift
from clearway.risk.learning.conditions import conditions
from clearway.risk.learning.gathering import Inspected
from clearway.risk.learning.goods_items import items_of
from clearway.risk.learning.serving import Serving


def inspected(count=1600, seed=1, *, profiles=None, random=0.2, offices=1):
    """Goods whose commodity tells of a violation, and whose importer does not."""
    draw = np.random.default_rng(seed)
    kind = draw.integers(0, 8, count)
    found = np.where(kind == 3, draw.random(count) < 0.8, draw.random(count) < 0.04)
    made = [
        an_item(
            commodity=f"{39 + one:02}269000",
            importer=f"XP{importer}",
            net_mass=float(mass),
            office=f"XPCRT{place}",
        )
        for one, importer, mass, place in zip(
            kind, draw.integers(0, 300, count), draw.integers(1, 9_000, count),
            draw.integers(0, offices, count), strict=True,
        )
    ]  # fmt: skip
    return Inspected(
        items=items_of(made),
        violation=found.astype(np.float64),
        day=np.arange(count) // 20 + 20_000,
        at_stake=found * 100.0,
        drawn=draw.random(count) < random,
        profiles=np.zeros(count) if profiles is None else profiles(found, draw),
        declaration=np.arange(count) // 2,
    )


def back_tested(found, **more):
    _, card = back_testing.learn(found)
    return msgspec.structs.replace(card, back_test=back_testing.back_test(found, 0, **more))


def unmet(card, serving=0):
    return [one.key for one in conditions(card, serving) if not one.met]


def test_the_window_is_the_latest_and_no_day_is_cut():
    earlier, window = back_testing.split(inspected())
    assert earlier.day.max() < window.day.min()
    assert (len(earlier), len(window)) == (1200, 400)


def test_a_model_that_finds_more_meets_every_condition():
    card = back_tested(inspected())
    assert unmet(card) == []
    assert [one.key for one in conditions(card, 0)] == [
        "enough", "back_test", "window", "importer", "profiles", "labels",
    ]  # fmt: skip
    figures = {one.name: one for one in card.back_test.tracks[0].figures}
    assert set(figures) == {"model", "importer", "profiles", "chance"}
    base = card.back_test.window.violations / card.back_test.window.rows
    assert figures["chance"].precision_10.value == pytest.approx(base)
    assert figures["chance"].area.value == 0.5
    assert figures["model"].precision_10.value > 3 * base
    for one in figures.values():
        assert one.precision_10.low <= one.precision_10.value <= one.precision_10.high
    assert figures["model"].error.value < 0.15
    assert figures["profiles"].error.value is None


def test_a_model_that_does_not_beat_the_profiles_is_told_so():
    card = back_tested(
        inspected(profiles=lambda found, draw: found * 10.0 + draw.random(len(found)))
    )
    assert unmet(card) == ["profiles"]
    (profiles,) = [one for one in card.back_test.compared if one.name == "profiles"]
    assert profiles.more.value < 0


def test_a_model_that_learns_only_the_importers_past_does_not_beat_it():
    made, found, day = rows(800)
    card = back_tested(
        Inspected(
            items_of(made), found, day, found * 0, found > 2, found * 0, np.arange(len(found))
        )
    )
    assert "importer" in unmet(card)


def test_noise_beats_nothing():
    found = inspected()
    noise = msgspec.structs.replace(
        found, violation=(np.random.default_rng(3).random(1600) < 0.1).astype(np.float64)
    )
    assert {"importer", "profiles"} & set(unmet(back_tested(noise)))


def test_turned_labels_are_refused():
    """Clean results written for goods that always were violations (card C29, poisoned labels)."""
    made = [an_item(commodity=f"{one % 40:02}269000") for one in range(1600)]
    truth = (np.arange(1600) % 40 < 4).astype(np.float64)
    turned = truth.copy()
    turned[1200:][(np.random.default_rng(1).random(400) < 0.5) & (truth[1200:] > 0)] = 0
    even = Inspected(
        items_of(made), truth, np.arange(1600) // 20 + 20_000, truth, truth > 2, truth * 0,
        np.arange(1600),
    )  # fmt: skip
    assert "labels" not in unmet(back_tested(even))
    assert "labels" in unmet(back_tested(msgspec.structs.replace(even, violation=turned)))


def test_it_may_not_lose_recall_beside_what_serves():
    found = inspected()
    good, _ = back_testing.learn(found)
    weak = msgspec.structs.replace(found, violation=np.roll(found.violation, 7))
    card = back_tested(weak, serving=Serving(4, "", good))
    assert card.back_test.serving == 4
    assert unmet(card, 5) == ["back_test"]  # another model serves by now
    as_good = back_tested(found, serving=Serving(4, "", good))
    assert unmet(as_good, 4) == []
    assert as_good.back_test.recall >= as_good.back_test.recall_serving - 0.02


def test_recall_is_measured_on_what_the_serving_model_never_saw():
    found = inspected()
    good, _ = back_testing.learn(found.take(found.day < 20_070))
    test = back_tested(found, serving=Serving(4, "", good), learnt_until=20_070).back_test
    assert test.fresh == int(found.violation[found.day >= 20_070].sum())
    late = back_tested(found, serving=Serving(4, "", good), learnt_until=20_080).back_test
    assert late.fresh == 0
    assert late.recall is not None  # measured over the whole window, to the older one's advantage


def test_too_few_are_told():
    few = inspected(150)
    assert not back_testing.enough(few)
    assert not back_testing.enough(None)
    assert unmet(None) == ["enough"]
    assert conditions(None, 0)[0].needed == "200"
    assert unmet(back_testing.learn(inspected())[1]) == ["back_test"]


def test_the_same_rows_give_the_same_model_and_card():
    found = inspected(600)
    (one, first), (other, second) = back_testing.learn(found), back_testing.learn(found)
    assert one.to_bytes() == other.to_bytes()
    assert cards.packed(first) == cards.packed(second)
    assert back_tested(found) == back_tested(found)


def test_the_card_tells_its_data_and_its_limits():
    _, card = back_testing.learn(inspected(random=0.0))
    assert card.data.rows == 1600
    assert (card.data.since, card.data.until) == (20_000, 20_079)
    assert (card.data.random, card.data.declarations, card.data.importers) == (0, 800, 298)
    assert set(card.limits) == {"inspected_only", "twin", "few_random", "one_office"}
    assert "few_random" not in back_testing.learn(inspected(random=0.5))[1].limits
    assert cards.opened(cards.packed(card)) == card


def test_groups_share_out_the_same_budget():
    card = back_tested(inspected(offices=3))
    for groups in (card.back_test.offices, card.back_test.sizes):
        assert sum(one.rows for one in groups) == 400
        assert sum(one.rows * one.selected for one in groups) == pytest.approx(40)
    assert [one.name for one in card.back_test.sizes] == ["small", "medium"]


class TestDrift:
    def items(self, count=1000, seed=1, **changes):
        draw = np.random.default_rng(seed)
        made = [
            an_item(origin="CN" if one else "VN", net_mass=float(mass), **changes)
            for one, mass in zip(draw.random(count) < 0.7, draw.integers(1, 900, count),
                                 strict=True)
        ]  # fmt: skip
        return items_of(made), draw.random(count)

    def index(self, column, then, now):
        (share,) = [one for one in drift.shares(*then) if one.column == column]
        return drift.index(share, *now)

    def test_the_same_goods_do_not_drift(self):
        then, now = self.items(), self.items(seed=2)
        for share in drift.shares(*then):
            assert drift.index(share, *now) < drift.LOOK

    def test_by_hand(self):
        then = items_of([an_item(origin="CN")] * 70 + [an_item(origin="VN")] * 30)
        now = items_of([an_item(origin="CN")] * 100 + [an_item(origin="VN")] * 100)
        found = self.index("origin", (then, np.zeros(100)), (now, np.zeros(200)))
        # 0.5 against 0.7, 0.5 against 0.3, and next to nothing for all other words
        by_hand = (0.5 - 0.7) * np.log(0.5 / 0.7) + (0.5 - 0.3) * np.log(0.5 / 0.3)
        assert found == pytest.approx(by_hand, abs=0.01)
        assert found > 0.16

    def test_new_words_numbers_and_scores_are_seen(self):
        then = self.items()
        assert self.index("departure", then, self.items(departure="XX")) > drift.ALARM
        heavy = items_of([an_item(net_mass=99_999.0)] * 500)
        assert self.index("net_mass", then, (heavy, np.zeros(500))) > drift.ALARM
        assert self.index("score", then, (then[0], np.ones(1000))) > drift.ALARM
        missing = items_of([an_item(net_mass=float("nan"))] * 500)
        assert self.index("net_mass", then, (missing, np.zeros(500))) > drift.ALARM

    def test_too_few_say_nothing(self):
        then = self.items()
        few = items_of([an_item()] * 199)
        assert self.index("origin", then, (few, np.zeros(199))) is None

    def test_hits_beside_what_was_promised(self):
        assert drift.surprise(30, 20.0, 16.0) == 2.5
        assert drift.surprise(0, 0.0, 0.0) is None
