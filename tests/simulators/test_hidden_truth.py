"""The border with hidden truth: fraud is behaviour, and nothing declared gives it away."""

import gc
import os
import subprocess
import sys
from collections import Counter, defaultdict
from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from clearway.simulators.hidden_truth import (
    DECLARED,
    HiddenTruthBorder,
    TruthKeeper,
    load,
    names,
)
from clearway.simulators.hidden_truth.border import kind_of_difference
from clearway.simulators.hidden_truth.careers import Fraudster, Temper
from clearway.simulators.hidden_truth.law import Tariff
from clearway.simulators.hidden_truth.schemes import Splitting, Undervaluation
from clearway.simulators.hidden_truth.trade import Consignment, Firm, invoiced
from clearway.simulators.hidden_truth.world import World
from clearway.vocabulary.errors import InputUnusable

MOVES = ("changes", "lies low", "gives up")


def year(name="default", seed=1, share=0.0, weeks=52, items=1500):
    """Return (weeks' tables, truth keeper, sums) of a border inspected by lot."""
    return _year(name, seed, share, weeks, items)


@cache  # by place: however it is asked for, one border is made once
def _year(name, seed, share, weeks, items):
    parameters = load(name).for_weeks(weeks)
    parameters = replace(parameters, border=replace(parameters.border, items_a_week=items))
    keeper = TruthKeeper()
    border = HiddenTruthBorder(parameters, seed, keeper=keeper)
    draw, tables = np.random.default_rng(seed), []
    for _ in range(border.weeks):
        table = border.next_week().table
        tables.append(table)
        numbers = table["declaration"]
        border.inspect(draw.choice(numbers, int(share * len(numbers)), replace=False).tolist())
    return tables, keeper, border.close()


def together(tables, column):
    return np.concatenate([one[column] for one in tables])


def auc(score, label):
    """Return the probability that a wrong row stands above a right one (ties half)."""
    values, at = np.unique(score, return_inverse=True)
    counts = np.bincount(at, minlength=len(values))
    ranks = (np.cumsum(counts) - (counts - 1) / 2)[at]
    wrong = label.sum()
    return (ranks[label].sum() - wrong * (wrong + 1) / 2) / (wrong * (len(label) - wrong))


def test_the_same_seed_gives_the_same_bytes_and_another_seed_others():
    def whole(seed):
        border = HiddenTruthBorder(load("default").for_weeks(6), seed)
        told = []
        for _ in range(6):
            table = border.next_week().table
            told += [column.tobytes() for column in table.values()]
            found = border.inspect(table["declaration"][:150].tolist())
            told += [column.tobytes() for column in found.values()]
        return told, border.close()

    assert whole(3) == whole(3)
    assert whole(3) != whole(4)


def test_another_process_with_other_hashes_makes_the_same_bytes():
    program = (
        "import hashlib\n"
        "from clearway.simulators.hidden_truth import HiddenTruthBorder, load\n"
        "border = HiddenTruthBorder(load('adaptive').for_weeks(24), 9)\n"
        "told = hashlib.sha256()\n"
        "for _ in range(24):\n"
        "    table = border.next_week().table\n"
        "    found = border.inspect(table['declaration'][::4].tolist())\n"
        "    for column in (*table.values(), *found.values()):\n"
        "        told.update(column.tobytes())\n"
        "print(told.hexdigest())\n"
    )
    digests = {
        subprocess.run(
            [sys.executable, "-c", program],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(digests) == 1


@pytest.mark.parametrize(
    "seed", [1, 2, *(pytest.param(one, marks=pytest.mark.long) for one in (3, 4, 5))]
)
def test_the_base_rate_is_that_of_a_border(seed):
    _, keeper, sums = year(seed=seed)
    offences, items = sum(one.offences for one in sums), sum(one.items for one in sums)
    assert 0.035 <= offences / items <= 0.09
    truth = keeper.table()
    stakes = np.sort(truth["duty_at_stake"][truth["violation"]])[::-1]
    assert stakes[: len(stakes) // 10].sum() > 0.35 * stakes.sum()  # heavy tail
    assert 1_100 <= items / len(sums) <= 1_900


def test_each_scheme_and_each_career_has_its_share():
    intents, careers = Counter(), Counter()
    for seed in (1, 2, 3):
        truth = year(seed=seed)[1].table()
        wrong = truth["violation"] & (truth["career"] != "")
        intents.update(truth["intent"][wrong].tolist())
        careers.update(truth["career"][wrong].tolist())
    whole = intents.total()
    bands = {
        "undervaluation": (0.15, 0.42), "misclassification": (0.12, 0.38), "origin": (0.12, 0.38),
        "quantity": (0.05, 0.22),
        "splitting": (0.04, 0.2), "smuggling": (0.05, 0.22),
    }  # fmt: skip
    assert {
        name: intents[name] / whole
        for name, (least, most) in bands.items()
        if not least <= intents[name] / whole <= most
    } == {}
    assert set(careers) == {"steady", "turning", "returning", "tempted", "hijacker", "ring"}
    assert careers["turning"] > 0.12 * whole
    assert careers["returning"] > 0.08 * whole


def test_traders_ship_the_same_goods_again_and_again():
    tables = year()[0]
    seen, again, items = set(), 0, 0
    for table in tables:
        parts = ("importer", "commodity", "departure", "origin", "tax_rate", "net_mass")
        prints = set(zip(*(table[name].tolist() for name in parts), strict=True))
        rows = list(zip(*(table[name].tolist() for name in parts), strict=True))
        again += sum(one in seen for one in rows)
        items += len(rows)
        seen |= prints
    assert 0.4 <= again / items <= 0.75


def test_a_turned_party_has_a_clean_past():
    tables, keeper, _ = year(seed=2)
    truth = keeper.table()
    importers, week = together(tables, "importer"), truth["week"]
    turned = set(importers[truth["career"] == "turning"].tolist())
    assert len(turned) >= 5
    for one in turned:
        own = importers == one
        first = week[own & (truth["career"] == "turning")].min()
        before = own & (week < first)
        assert before.sum() >= 3
        assert not (
            truth["violation"]
            & (truth["intent"] != "mistake")
            & before
            & (truth["career"] != "hijacker")
        ).any()
        assert first >= load("default").turning.weeks[0]


def test_nobody_moves_who_was_not_inspected():
    _, keeper, _ = year("adaptive", 1)
    assert not [one for one in keeper.deeds if one.what.startswith(MOVES)]


def test_who_adapts_moves_when_he_was_caught_and_not_before():
    _, keeper, _ = year("adaptive", 1, 0.2)
    caught, moved = {}, 0
    for deed in keeper.deeds:
        if deed.what == "caught":
            caught.setdefault(deed.who, deed.week)
        elif deed.what.startswith(MOVES):
            moved += 1
            assert caught[deed.who] <= deed.week
    assert moved > 40
    whats = {one.what for one in keeper.deeds}
    assert whats >= {
        "changes goods",
        "changes origin",
        "changes broker",
        "changes office",
        "changes scheme",
        "changes victim",
        "changes seller",
        "lies low",
    }


def test_in_a_calm_border_nobody_adapts_turns_or_vanishes():
    _, keeper, _ = year("calm", 1, 0.2)
    assert {one.what for one in keeper.deeds} == {"caught"}
    careers = set(keeper.table()["career"].tolist())
    assert careers == {"", "steady", "hijacker", "ring"}


def test_what_lies_low_ends_and_names_come_back():
    tables, keeper, _ = year("adaptive", 1, 0.2)
    lives = Counter(one.who for one in keeper.deeds if one.what == "appears")
    assert max(lives.values()) >= 3
    truth = keeper.table()
    importers, sellers = together(tables, "importer"), together(tables, "seller")
    who = max(lives, key=lambda one: lives[one])
    own = truth["culprit"] == who
    assert len(set(importers[own].tolist())) == lives[who]
    kept = Counter(sellers[own].tolist())
    names_of = defaultdict(set)
    for seller, importer in zip(sellers[own].tolist(), importers[own].tolist(), strict=True):
        names_of[seller].add(importer)
    assert kept
    assert max(map(len, names_of.values())) >= 2  # the seller links the names


def test_drift_changes_the_mix_and_calm_does_not():
    def origin_share(name, first, last):
        truth = year(name, 1)[1].table()
        weeks = (truth["week"] >= first) & (truth["week"] <= last) & (truth["career"] != "")
        wrong = truth["violation"] & weeks
        return (truth["intent"][wrong] == "origin").mean()

    assert origin_share("drifting", 36, 52) > 2 * origin_share("drifting", 1, 35)
    early, late = origin_share("calm", 1, 26), origin_share("calm", 27, 52)
    assert abs(early - late) < 0.12


def test_the_tariff_changes_in_its_week_and_only_with_drift():
    parameters = load("default")
    tariff = Tariff(parameters, 1)
    for week, points in ((20, 15.0), (36, 20.0)):
        touched = tariff.changes[week]
        assert touched
        assert all(tariff.rate(one, week) >= points for one in touched)
        assert all(tariff.rate(one, week) > tariff.rate(one, week - 1) for one in touched)
    assert Tariff(load("calm"), 1).changes == {}


def test_firms_are_of_many_sizes():
    tables = year()[0]
    largest = [count for _, count in Counter(together(tables, "importer").tolist()).most_common()]
    assert sum(largest[:42]) > 0.3 * sum(largest)


# Nothing that is declared gives the truth away.


def test_order_numbers_and_types_tell_nothing():
    tables, keeper, _ = year("default", 1)
    wrong = keeper.table()["violation"]
    numbers = together(tables, "declaration")
    rows = np.concatenate([np.arange(len(one["day"])) / len(one["day"]) for one in tables])
    digits = np.array([[int(letter, 16) for letter in one] for one in numbers.tolist()])
    noise = 4 * 0.29 / np.sqrt(wrong.sum())  # four standard errors of an AUC
    assert abs(auc(rows, wrong) - 0.5) < noise
    for at in range(digits.shape[1]):
        assert abs(auc(digits[:, at], wrong) - 0.5) < noise
    for weights in np.random.default_rng(5).normal(size=(20, digits.shape[1])):
        assert abs(auc(digits @ weights, wrong) - 0.5) < noise
    for table in tables:
        assert {name: column.dtype for name, column in table.items()} == {
            name: np.dtype(kind) for name, kind in DECLARED.items()
        }


def test_last_digits_and_fractions_tell_nothing():
    """How numbers are written is the same for right and wrong declarations of the same size."""
    tables, keeper, _ = year("default", 1)
    truth = keeper.table()
    mass, value = together(tables, "net_mass"), together(tables, "value")
    large = (value > 2_000) & (truth["intent"] != "mistake")
    wrong = truth["violation"][large]
    noise = 4 * 0.29 / np.sqrt(wrong.sum())
    assert abs(auc(value[large] % 10, wrong) - 0.5) < noise
    assert abs(auc((mass[large] * 10 % 10 > 0).astype(int), wrong) - 0.5) < 0.06
    assert (mass[mass >= 100] == np.round(mass[mass >= 100])).all()
    assert (value >= 1).all()
    assert (mass > 0).all()


def test_nothing_reachable_from_a_table_leads_to_the_truth():
    keeper = TruthKeeper()
    border = HiddenTruthBorder(load("default").for_weeks(2), 1, keeper=keeper)
    week = border.next_week()
    found = border.inspect(week.table["declaration"][:200].tolist())
    forbidden = (HiddenTruthBorder, TruthKeeper, Consignment, Firm, Fraudster, Temper, World)
    seen, left = set(), [week, week.table, found]
    while left:
        one = left.pop()
        if id(one) in seen or isinstance(one, type) or type(one).__name__ == "module":
            continue
        seen.add(id(one))
        assert not isinstance(one, forbidden)
        left += gc.get_referents(one)
    for column in (*week.table.values(), *found.values()):
        assert column.base is None  # no view into something larger
        assert column.dtype.hasobject is False
    assert not {name for name in vars(border) if not name.startswith("_")} - {"weeks"}


def test_what_was_not_inspected_stays_hidden():
    border = HiddenTruthBorder(load("default").for_weeks(3), 1)
    table = border.next_week().table
    wanted = table["declaration"][[5, 0, 9]].tolist()
    found = border.inspect(wanted)
    assert found["declaration"].tolist() == wanted
    with pytest.raises(InputUnusable, match="inspected already"):
        border.inspect(wanted[:1])
    other = table["declaration"][20]
    border.next_week()
    with pytest.raises(InputUnusable, match="not of this week"):
        border.inspect([other])
    border.next_week()
    with pytest.raises(InputUnusable, match="ended after 3 weeks"):
        border.next_week()


def test_a_declared_table_does_not_depend_on_who_keeps_the_truth():
    with_one = HiddenTruthBorder(load("default").for_weeks(2), 7, keeper=TruthKeeper())
    without = HiddenTruthBorder(load("default").for_weeks(2), 7)
    for one, other in zip(
        with_one.next_week().table.values(), without.next_week().table.values(), strict=True
    ):
        assert one.tobytes() == other.tobytes()


def test_two_policies_meet_the_same_people_until_they_treat_them_differently():
    parameters = load("default").for_weeks(3)
    one, other = HiddenTruthBorder(parameters, 2), HiddenTruthBorder(parameters, 2)
    first = one.next_week().table
    assert first["declaration"].tolist() == other.next_week().table["declaration"].tolist()
    one.inspect(first["declaration"].tolist())
    later, later_other = (
        set(each.next_week().table["declaration"].tolist()) for each in (one, other)
    )
    assert later != later_other
    assert len(later & later_other) > 0.9 * len(later)


def test_the_sums_are_what_was_found_and_what_there_was():
    keeper = TruthKeeper()
    border = HiddenTruthBorder(load("default").for_weeks(2), 4, keeper=keeper)
    first = border.next_week().table
    found = border.inspect(first["declaration"][:300].tolist())
    border.next_week()
    sums = border.close()
    truth = keeper.of_week(1)
    assert sums[0].items == len(first["day"])
    assert sums[0].inspected == 300
    assert sums[0].offences == truth["violation"].sum()
    assert sums[0].offences_found == found["violation"].sum()
    assert sums[0].duty_at_stake == truth["duty_at_stake"][truth["violation"]].sum()
    assert sums[0].duty_found == found["duty_at_stake"][found["violation"]].sum()
    assert sums[0].minutes == found["minutes"].sum()
    open_to_see = truth["violation"] & ~truth["overlooked"]
    assert sums[0].duty_best == truth["duty_at_stake"][open_to_see].sum()  # 300 are enough for all
    assert sums[1].inspected == sums[1].offences_found == sums[1].duty_best == 0


# Golden cases of single schemes.


def test_an_undervaluer_stays_just_above_the_reference_price_or_below_it_if_he_is_greedy():
    truth_keeper = year("calm", 1)[1].table()
    tables = year("calm", 1)[0]
    tariff = Tariff(load("calm"), 1)
    cheated = (truth_keeper["intent"] == "undervaluation") & truth_keeper["violation"]
    value, mass = together(tables, "value")[cheated], together(tables, "net_mass")[cheated]
    floors = np.array(
        [tariff.floor(one) for one in together(tables, "commodity")[cheated].tolist()]
    )
    below = (value / mass < 0.98 * floors).mean()
    assert 0.02 < below < 0.5
    assert (value < truth_keeper["real_value"][cheated]).all()
    assert (together(tables, "tax_rate")[cheated] >= 8).all()


def test_a_consignment_is_cut_into_parts_just_below_the_limit():
    rng = World(load("default"), 1, TruthKeeper()).dice("x")
    parts = Splitting().parts(1_000, 150, rng)
    assert sum(parts) == 1_000
    assert all(120 <= one <= 149 for one in parts[:-1])
    assert 7 <= len(parts) <= 9


def test_an_invoice_is_pieces_times_a_price_in_cents():
    assert invoiced(3, 10.0) == 10  # 3 x 3.33 = 9.99
    assert invoiced(1_000, 1_234.9) == 1_230  # 1000 x 1.23 (half to even of 1.2349)
    assert invoiced(1, 0.001) == 1


def test_taxes_of_a_declaration():
    tariff = Tariff(load("default"), 1)
    assert tariff.taxes(20.0, 1_000, "4000") == 320.0  # 200 + 10 % of 1,200
    assert tariff.taxes(0.0, 1_000, "4000") == 100.0
    assert tariff.taxes(20.0, 100, "C07") == 0.0


def test_the_gravest_difference_is_what_an_inspector_writes_down():
    tables, keeper, _ = year("default", 1)
    truth = keeper.table()
    kinds = {
        intent: set(truth["kind"][truth["violation"] & (truth["intent"] == intent)].tolist())
        for intent in (
            "undervaluation",
            "misclassification",
            "origin",
            "quantity",
            "splitting",
            "smuggling",
        )
    }
    assert kinds == {
        "undervaluation": {"value"},
        "misclassification": {"classification"},
        "origin": {"origin"},
        "quantity": {"quantity_excess"},
        "splitting": {"split_consignment"},
        "smuggling": {"undeclared_goods"},
    }
    right = truth["intent"] == ""
    assert not truth["violation"][right].any()
    assert set(truth["kind"][right].tolist()) == {""}
    minor = (truth["kind"] != "") & ~truth["violation"]
    assert 0.02 < minor.mean() < 0.06
    assert kind_of_difference.__doc__
    assert Undervaluation.__doc__
    assert tables


# Parameter files.


def test_every_parameter_file_that_comes_along_can_be_used():
    assert set(names()) >= {"default", "calm", "turning", "adaptive", "drifting"}
    for name in names():
        _, _, sums = year(name, 1, 0.1, 4, 300)
        assert all(one.items > 150 for one in sums), name


@pytest.mark.parametrize(
    "text",
    [
        "[fraud]\nshare = 0.0",
        "[fraud]\nshare = 0.5\nintensity = 1.0\nadaptive = 1.0\ngives_up = 1.0",
        "[border]\nitems_a_week = 50\nfirms = 20\noffices = 2\nbrokers = 3\nheadings = 10",
        "[border]\nheadings = 90\noffices = 40\n[trade]\nparcels = 0.9",
        "[trade]\nparcels = 0.0\nnew_firms = 0.2\nleaving = 0.2\nnew_goods = 0.5\nseason = 0.9",
        "[law]\nvat = 0.0\nlow_value_limit = 10\ntolerance = 0.0\ntolerance_floor = 0",
        "[law]\nlow_value_limit = 5000\n[mistakes]\nshare = 1.0\nsize = 0.5",
        "[returning]\nlife = [1, 1]\nrest = [0, 0]\n[hijack]\nrun = [1, 1]",
        "[fraud]\nlies_low = [0, 0]\nadaptive = 1.0",
        "[fraud.schemes]\nquantity=1\nundervaluation=0\norigin=0\nsplitting=0\nsmuggling=0",
        "[fraud.careers]\nsteady = 0\nturning = 1\nreturning = 0\n[turning]\nweeks = [500, 520]",
        "[drift]\nwaves=[]\ntariff=[{week=3,headings=60,points=-40.0,tempted=1.0}]",
    ],
)
def test_a_border_at_its_edges_goes_on(tmp_path, text):
    file = tmp_path / "edge.toml"
    file.write_text(text)
    parameters = load(file).for_weeks(5)
    if "items_a_week" not in text:
        size = replace(parameters.border, items_a_week=200, firms=60)
        parameters = replace(parameters, border=size)
    keeper = TruthKeeper()
    border = HiddenTruthBorder(parameters, 1, keeper=keeper)
    for _ in range(5):
        table = border.next_week().table
        assert len(table["day"]) == len(set(table["declaration"].tolist())) > 10
        assert (table["value"] >= 1).all()
        border.inspect(table["declaration"].tolist())
    sums = border.close()
    assert all(one.duty_found <= one.duty_at_stake for one in sums)
    if text.endswith("share = 0.0"):
        assert set(keeper.table()["intent"].tolist()) == {"", "mistake"}


@pytest.mark.parametrize(
    ("text", "where", "remedy"),
    [
        ("[trade]\nparcls = 0.1", "trade.parcls", "Did you mean parcels?"),
        ("[trade]\nparcels = 2.0", "trade.parcels", "from 0 to 0.9"),
        ("[trade]\nparcels = true", "trade.parcels", "a number"),
        ("[border]\nweeks = 2.5", "border.weeks", "a whole number from 1 to 520"),
        ("[border]\nfirst_day = '2026-01-05'", "border.first_day", "a date such as"),
        ("[fraud]\nlies_low = [6, 2]", "fraud.lies_low", "the smaller one first"),
        ("[fraud]\nlies_low = 3", "fraud.lies_low", "[least, most]"),
        ("[fraud.schemes]\nmagic = 3", "fraud.schemes.magic", "Known are undervaluation"),
        ("[fraud.careers]\nsteady=0\nturning=0\nreturning=0", "fraud.careers", "a weight"),
        ("[fraud.careers]\nsteady=-1", "fraud.careers.steady", "from 0"),
        ("[drift]\nwaves = 3", "drift.waves", "[[drift.waves]]"),
        ("[[drift.waves]]\nscheme='origin'\nweeks=[1,2]", "drift.waves[1].times", "Give it"),
        (
            "[[drift.waves]]\nscheme='orgin'\nweeks=[1,2]\ntimes=1.0",
            "drift.waves[1].scheme", "Write one of",
        ),
        ("drift = 3", "drift: a table", "[drift]"),
        ("borders = 3", "borders", "Did you mean border?"),
        ("[trade\n", "", "Mend the line"),
        ("[fraud]\nshare = nan", "fraud.share", "from 0 to 0.5"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused_with_file_key_and_remedy(tmp_path, text, where, remedy):
    file = tmp_path / "own.toml"
    file.write_text(text)
    with pytest.raises(InputUnusable) as refused:
        load(file)
    assert refused.value.where == str(file)
    assert where in refused.value.what
    assert remedy in refused.value.remedy


def test_a_file_that_is_not_there_is_refused_with_the_names_that_are(tmp_path):
    with pytest.raises(InputUnusable, match="one of adaptive, calm, default"):
        load(tmp_path / "nothing.toml")
    broken = tmp_path / "broken.toml"
    broken.write_bytes(b"\xff\xfe")
    with pytest.raises(InputUnusable, match="cannot be read"):
        load(broken)


def test_a_file_says_only_what_differs(tmp_path):
    file = tmp_path / "own.toml"
    file.write_text("[fraud.schemes]\nsmuggling = 0\n[border]\nweeks = 3\nitems_a_week = 400\n")
    own, default = load(file), load()
    assert own.fraud.schemes == {**default.fraud.schemes, "smuggling": 0.0}
    assert own.trade == default.trade
    border = HiddenTruthBorder(own, 1)
    assert border.weeks == 3
    with pytest.raises(InputUnusable, match="weeks"):
        own.for_weeks(0)
