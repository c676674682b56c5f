"""Policies on a border with hidden truth: who sees what, and what shares mean."""

from dataclasses import replace

import numpy as np
import pytest

from clearway.proving.risk_bench.hidden_truth import (
    Course,
    courses,
    follow,
    over_seeds,
    standings,
)
from clearway.proving.risk_bench.policies import Oracle, Profiles, Random
from clearway.simulators.hidden_truth import (
    DECLARED,
    FOUND,
    HiddenTruthBorder,
    TruthKeeper,
    WeekSum,
    load,
)


@pytest.fixture(scope="module")
def small():
    parameters = load("default").for_weeks(16)
    return replace(parameters, border=replace(parameters.border, items_a_week=500, firms=160))


def week_sum(week, offences, found, stake, duty_found, best):
    return WeekSum(week, 100, 10, offences, found, stake, duty_found, best, 600)


def test_shares_are_of_what_happened_after_the_warm_up():
    course = Course(
        "x", 1, 1, (
            week_sum(1, 50, 50, 9_999, 9_999, 9_999),
            week_sum(2, 8, 2, 1_000, 100, 500),
            week_sum(3, 2, 3 - 2, 1_000, 300, 300),
        ),
    )  # fmt: skip
    assert course.offences == 3 / 10
    assert course.revenue == 400 / 2_000
    assert course.revenue_of_best == 400 / 800
    assert course.precision == 3 / 20
    assert course.lost == 1_600
    assert course.curve(over=2) == [52 / 58, 0.5]


def test_the_interval_is_students():
    # mean 3, standard deviation 1.5811, n = 5: 2.776 x 1.5811 / 2.2361 = 1.963
    share = over_seeds([1, 2, 3, 4, 5])
    assert share.mean == 3
    assert share.low == pytest.approx(1.037, abs=0.001)
    assert share.high == pytest.approx(4.963, abs=0.001)
    assert over_seeds([0.5]) == (0.5, 0.5, 0.5)


def test_a_policy_sees_declared_data_what_it_inspected_and_nothing_else(small):
    seen = []

    class Watcher:
        def choose(self, week, memory, budget):
            seen.append((set(week), set(memory), len(memory["day"]), budget))
            return np.arange(budget + 50)  # more than it may

    sums = follow(Watcher(), HiddenTruthBorder(small, 1), seed=1, warm_up=2)
    assert all(week == set(DECLARED) for week, *_ in seen)
    assert all(memory == set(DECLARED) | set(FOUND) for _, memory, *_ in seen)
    assert [one[3] for one in seen[:2]] == [0, 0]  # the lot chooses, it looks on
    inspected = [one.inspected for one in sums]
    assert [one[2] for one in seen] == [sum(inspected[:at]) for at in range(len(inspected))]
    assert all(one.inspected == round(0.1 * one.items) for one in sums)


def test_the_same_index_twice_is_one_inspection(small):
    class Stubborn:
        def choose(self, *_):
            return np.array([3, 3, 1, 3])

    sums = follow(Stubborn(), HiddenTruthBorder(small, 1), seed=1, warm_up=0)
    assert {one.inspected for one in sums} == {2}


def test_the_lot_finds_its_share_profiles_more_and_the_oracle_all(small):
    done = courses(small, {"random": Random, "profiles": Profiles}, seeds=(1, 2))
    found = {
        name: np.mean([one.offences for one in done if one.policy == name])
        for name in ("random", "profiles", "oracle")
    }
    assert 0.05 < found["random"] < 0.15
    assert found["profiles"] > 1.3 * found["random"]
    assert found["oracle"] > 0.9
    assert [one.policy for one in standings(done)] == ["random", "profiles", "oracle"]
    assert standings(done)[0].offences.mean == pytest.approx(found["random"])
    assert all(one.revenue_of_best == 1 for one in done if one.policy == "oracle")
    assert done == courses(small, {"random": Random, "profiles": Profiles}, seeds=(1, 2))


def test_only_the_oracle_is_given_the_truth(small):
    keeper = TruthKeeper()
    border = HiddenTruthBorder(small, 1, keeper=keeper)
    table = border.next_week().table
    rows = Oracle(keeper).choose(table, {}, 20)
    truth = keeper.of_week(1)
    best = np.sort(truth["duty_at_stake"][truth["violation"] & ~truth["overlooked"]])[::-1]
    assert truth["duty_at_stake"][rows].tolist()[: len(best)] == best[:20].tolist()
