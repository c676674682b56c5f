"""Card C06, worked by hand: every channel speaks, the severest lane wins, precedence names it."""

from __future__ import annotations

from fractions import Fraction
from types import SimpleNamespace

import pytest

from clearway.kernel.decisions import Channel, Finding, Hit, Lane, Severity, Step
from clearway.kernel.features import SCHEMA
from clearway.kernel.lodgement import Lodgement
from clearway.kernel.profiles import ProfileSet
from clearway.kernel.reference import Period, Profile, SelectionRules
from clearway.kernel.selection import (
    NO_DRAW,
    TRADER_TEXTS,
    draw,
    queue_priority,
    select,
    trader_reasons,
)
from clearway.kernel.texts import LANGUAGES, render
from clearway.kernel.unit_prices import robust_z

SECRET = "demo-key-2026-03-03"
VECTORS = {
    "26VN00000000123401": 8189,
    "26VN00000000123402": 5950,
    "26VN00000000123403": 5839,
    "26VN00000000123404": 1270,
    "26VN00000000123405": 5190,
}
PLAIN = "26VN00000000123401"  # not drawn at 15 %


def reference(profiles=(), **rules):
    settings = {"random_rate": 1_500, "default_draw_key": SECRET, **rules}
    return SimpleNamespace(selection=SelectionRules(**settings), profiles=tuple(profiles))


def lodged(key=PLAIN, **fields):
    return Lodgement(id=key, legal_date=20_515, **fields)


def hit(code, weight=0, lane=None, channel=Channel.PROFILE, item=1):
    return Hit(item, code, 1, lane, weight, channel)


def golden_hits():
    """Price (+30), new importer (+20), route (+10), by conditions on the card's own figures."""
    conditions = {
        "PRICE": ("robust_z < -3", 30),
        "NEW": ("importer_first_seen_days < 90", 20),
        "ROUTE": ("route_new", 10),
    }
    profiles = [
        Profile(code, 1, condition, None, weight, Period())
        for code, (condition, weight) in conditions.items()
    ]
    row = SCHEMA.row(
        {
            "customs_value": 2_100,
            "price_quantity": 1_000_000,
            "median_unit_price": 4_000_000,
            "mad_unit_price": 400_000,
            "importer_first_seen_days": 89,
            "route_new": True,
        }
    )
    return ProfileSet.compile(profiles).hits_of([row], 20_515)


def test_price_of_2_10_against_a_median_of_4_00_is_z_minus_3_20():
    z = robust_z(Fraction("2.10"), Fraction("4.00"), Fraction("0.40"))
    assert z == Fraction("-3.203875")
    assert robust_z(Fraction(2), Fraction(4), Fraction(0)) is None


def test_sixty_points_are_yellow():
    answer = select(lodged(), golden_hits(), {}, reference())
    assert (answer.lane, answer.channel) == (Lane.YELLOW, Channel.SCORE)
    assert (answer.raw_score, answer.score) == (60_000, 60_000)
    assert [hit.contribution for hit in golden_hits()] == [30, 20, 10]


def test_sixty_points_of_an_aeo_are_thirty_and_green():
    answer = select(lodged(), golden_hits(), {"importer_aeo_active": True}, reference())
    assert (answer.lane, answer.channel) == (Lane.GREEN, Channel.NONE)
    assert (answer.raw_score, answer.score) == (60_000, 30_000)


def test_the_same_aeo_on_a_watchlist_is_red():
    hits = [*golden_hits(), hit("WATCH", channel=Channel.WATCHLIST)]
    answer = select(lodged(), hits, {"importer_aeo_active": True}, reference())
    assert (answer.lane, answer.channel) == (Lane.RED, Channel.WATCHLIST)
    assert answer.score == 30_000


@pytest.mark.parametrize(("key", "number"), VECTORS.items())
def test_the_draw_is_the_published_vector(key, number):
    answer = select(lodged(key), [], {}, reference())
    assert draw(SECRET, key) == answer.draw == number
    assert answer.drawn == (number < 1_500) == key.endswith("404")
    assert (answer.lane is Lane.RED) == answer.drawn


def test_the_draw_is_stored_when_another_channel_selects():
    stop = hit("STOP", channel=Channel.LEGAL_STOP)
    answer = select(lodged("26VN00000000123404"), [stop], {}, reference())
    assert answer.channel is Channel.LEGAL_STOP
    assert (answer.draw, answer.drawn) == (1_270, True)
    assert [result.channel for result in answer.channels] == list(Channel)
    assert answer.channels[4].lane is Lane.RED


def test_lodging_again_inherits_the_draw():
    again = lodged("26VN00000000999999", consignment_key="26VN00000000123404")
    rules = {"draw_keys": {20_515: SECRET, 20_516: "another secret"}}
    assert select(again, [], {}, reference(**rules)).draw == 1_270
    later = Lodgement(id="X", consignment_key="26VN00000000123404", legal_date=20_516)
    assert select(later, [], {}, reference(**rules)).draw != 1_270
    assert select(later, [], {"draw_day": 20_515}, reference(**rules)).draw == 1_270


def test_a_draw_that_cannot_be_made_is_never_green():
    answer = select(lodged(), [], {}, reference(default_draw_key=""))
    assert (answer.draw, answer.lane) == (NO_DRAW, Lane.YELLOW)
    assert select(Lodgement(), [], {}, reference()).lane is Lane.YELLOW


def test_severest_lane_wins_and_precedence_names_it():
    hits = [hit("A", 80), hit("B", lane=Lane.YELLOW), hit("C", lane=Lane.RED)]
    answer = select(lodged(), hits, {}, reference())
    assert (answer.lane, answer.channel) == (Lane.RED, Channel.PROFILE)
    only_yellow = select(lodged(), hits[:2], {}, reference())
    assert (only_yellow.lane, only_yellow.channel) == (Lane.RED, Channel.SCORE)
    assert only_yellow.channels[2].lane is Lane.YELLOW
    assert only_yellow.reasons[0].key == "selection.contribution"


def test_the_score_counts_a_profile_once_and_stops_at_a_hundred():
    hits = [hit("A", 60, item=1), hit("A", 60, item=2)]
    assert select(lodged(), hits, {}, reference()).raw_score == 60_000
    assert select(lodged(), [*hits, hit("B", 70)], {}, reference()).raw_score == 100_000
    assert select(lodged(), [hit("A", -5)], {}, reference()).raw_score == 0


@pytest.mark.parametrize(
    ("points", "lane"), [(49, Lane.GREEN), (50, Lane.YELLOW), (69, Lane.YELLOW), (70, Lane.RED)]
)
def test_thresholds_are_inclusive(points, lane):
    assert select(lodged(), [hit("A", points)], {}, reference()).lane is lane


def test_capacity_lowers_only_the_red_of_the_score():
    cut = {"red_score_cut": 90_000}
    answer = select(lodged(), [hit("A", 80)], cut, reference())
    assert (answer.lane, answer.channel) == (Lane.YELLOW, Channel.SCORE)
    assert "selection.capacity" in [step.key for step in answer.reasons]
    assert select(lodged(), [hit("A", 90)], cut, reference()).lane is Lane.RED
    for other in (
        hit("B", lane=Lane.RED),
        hit("B", channel=Channel.WATCHLIST),
        hit("B", channel=Channel.LEGAL_STOP),
    ):
        assert select(lodged(), [hit("A", 80), other], cut, reference()).lane is Lane.RED
    drawn = select(lodged("26VN00000000123404"), [hit("A", 80)], cut, reference())
    assert (drawn.lane, drawn.channel) == (Lane.RED, Channel.RANDOM)


def test_an_amendment_never_softens():
    before = {"previous_lane": "red", "previous_channel": "profile"}
    answer = select(lodged(), [], before, reference())
    assert (answer.lane, answer.channel) == (Lane.RED, Channel.PROFILE)
    assert answer.reasons[0] == Step("selection.previous_lane.red")
    harder = select(lodged(), [hit("A", 80)], {"previous_lane": "yellow"}, reference())
    assert (harder.lane, harder.channel) == (Lane.RED, Channel.SCORE)


def test_perishables_come_first_in_the_same_lane():
    plain = select(lodged(), [hit("A", 60)], {}, reference())
    fresh = select(lodged(), [hit("A", 60)], {"perishable": True}, reference())
    assert fresh.lane is plain.lane is Lane.YELLOW
    assert queue_priority({"perishable": True}) < queue_priority({})


def test_a_doubt_goes_to_an_officer():
    doubt = Finding("CLW5004", Severity.DOUBT, "42A/67A", 2)
    answer = select(lodged(), [], {}, reference(), [doubt])
    assert (answer.lane, answer.channel) == (Lane.YELLOW, Channel.PROFILE)
    warning = Finding("CLW5005", Severity.WARNING, "42A")
    assert select(lodged(), [], {}, reference(), [warning]).lane is Lane.GREEN


def test_a_planned_audit_is_blue_and_gives_way_to_any_control():
    rules = reference(post_clearance_audit_lane=True)
    planned = {"audit_planned": True}
    assert select(lodged(), [], planned, rules).lane is Lane.BLUE
    assert select(lodged(), [], {}, rules).lane is Lane.GREEN
    assert select(lodged(), [hit("A", 50)], planned, rules).lane is Lane.YELLOW


def test_profiles_outside_their_period_do_not_count():
    profile = Profile("OLD", 3, "route_new", Lane.RED, 5, Period(100, 200))
    compiled = ProfileSet.compile([profile])
    row = SCHEMA.row({"route_new": True})
    assert [hit.profile for hit in compiled.hits_of([row, row], 199)] == ["OLD", "OLD"]
    assert compiled.hits_of([row], 200) == ()
    assert compiled.hits_of([row], None)[0].version == 3


def test_the_trader_learns_what_to_mend_and_nothing_else():
    profiles = [
        Profile("SECRET-7", 1, "TRUE", Lane.RED, 30, Period(), trader_text="profiles.trader.value"),
        Profile("LISTED-1", 1, "TRUE", None, 0, Period(), channel="watchlist",
                trader_text="profiles.trader.origin"),
        Profile("ODD", 1, "TRUE", Lane.RED, 30, Period(), trader_text="selection.score"),
    ]  # fmt: skip
    law = reference(profiles)
    hits = [
        hit("SECRET-7", 30, Lane.RED, item=2),
        hit("LISTED-1", channel=Channel.WATCHLIST),
        hit("ODD", 30, Lane.RED),
    ]
    answer = select(lodged(), hits, {}, law)
    steps = trader_reasons(answer, hits, law)
    assert [step.key for step in steps] == ["selection.trader.red", "profiles.trader.value"]
    for language in LANGUAGES:
        shown = " ".join(render(s.key, dict(s.parameters), language).message for s in steps)
        assert "2" in shown
        for leak in ("SECRET-7", "LISTED-1", "ODD", "30", "60"):
            assert leak not in shown
    drawn = select(lodged("26VN00000000123404"), [], {}, law)
    by_profile = select(lodged(), [hit("ODD", 0, Lane.RED)], {}, law)
    assert trader_reasons(drawn, [], law) == trader_reasons(by_profile, [hit("ODD")], law)


def test_every_reason_has_its_text_in_every_language():
    hits = [
        *golden_hits(),
        hit("A", 40, Lane.YELLOW),
        hit("W", channel=Channel.WATCHLIST),
        hit("L", channel=Channel.LEGAL_STOP),
    ]
    features = {"importer_aeo_active": True, "perishable": True, "red_score_cut": 99_000}
    doubt = [Finding("CLW5004", Severity.DOUBT, "42A", 1)]
    rules = reference(aeo_factor=Fraction(9, 10), post_clearance_audit_lane=True)
    selections = [
        select(lodged(key), chosen, {**features, **more}, rules, doubt)
        for key in VECTORS
        for chosen in (hits, golden_hits(), ())
        for more in ({}, {"previous_lane": "red"}, {"audit_planned": True})
    ]
    keys = {
        (step.key, step.parameters)
        for answer in selections
        for result in answer.channels
        for step in (*result.reasons, *answer.reasons)
    }
    keys |= {(f"selection.trader.{lane.name.lower()}", ()) for lane in Lane}
    keys |= {(f"selection.previous_lane.{lane.name.lower()}", ()) for lane in Lane}
    keys |= {(key, (("item", "1"),)) for key in TRADER_TEXTS} | {("selection.no_draw", ())}
    for key, parameters in keys:
        texts = {render(key, dict(parameters), language).message for language in LANGUAGES}
        assert len(texts) == len(LANGUAGES), key
        assert not any("{" in text for text in texts), key
