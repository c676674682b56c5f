"""What is counted of real acts: looks, results, cancellations, and what came out after release."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.inspection.conftest import team
from tests.supervision.conftest import say, unanswered

from clearway.assessment.models import Assessment, Hit
from clearway.audit import clock
from clearway.declarations.models import Declaration
from clearway.inspection import concluding, noting, ordering, service
from clearway.inspection.models import Member, Opening, ValueDoubt
from clearway.post_clearance import correcting
from clearway.post_clearance.changing import Change
from clearway.reference import in_force
from clearway.reference.in_force import reference_at
from clearway.risk.outcomes.models import Outcome
from clearway.risk.profiles import queries, telling
from clearway.risk.scoring.models import ItemScore
from clearway.supervision import tally
from clearway.supervision.ledger import ledger, scope_of

PROFILE = ("UV-017", 2, 3, 0, "profile")
PLANTS = ("UV-017", 3, 3, 0, "profile")
WEIGHT = ("NEW-IMPORTER", 1, None, 20, "profile")


def year(**more):
    return scope_of("2026", **more)


def one(channel):
    return next(x for x in tally.tallied(year()).channels if x.channel == channel)


def test_the_line_writes_what_asked_and_the_chance_of_the_draw(border):
    row = Declaration.objects.get(mrn=border.lodged())
    stored = Assessment.objects.get(declaration=row.pk)
    assert stored.random_rate == reference_at(stored.at).selection.random_rate
    assert stored.random_rate > 0
    assert set(stored.asked.split()) == {
        f"{each.channel.value}:{int(each.lane)}"
        for each in _selection(stored).channels
        if each.lane and each.channel.value != "none"
    }


def _selection(stored):
    from clearway.assessment import queries

    return queries.selection(stored)


def test_every_channel_that_asked_has_its_count_whoever_decided(looked_at):
    mrn = looked_at("12000.00")
    say(mrn, "profile:3 score:2 random:3", drawn=True, hits=[PROFILE, WEIGHT], doubt=True)
    channels = {x.channel: x for x in tally.tallied(year()).channels}
    assert set(channels) == {"profile", "doubt", "score", "random"}
    assert {(x.selected, x.inspected, x.found, x.alone) for x in channels.values()} == {
        (1, 1, 1, 0)
    }
    stake = Opening.objects.get().at_stake
    assert stake > 0
    assert {x.revenue for x in channels.values()} == {stake}
    told = {(x.profile, x.version): x for x in tally.tallied(year()).profiles}
    assert told["UV-017", 2].asks
    assert not told["NEW-IMPORTER", 1].asks
    assert told["NEW-IMPORTER", 1].found == 1


def test_officer_hours_are_the_time_of_the_look_times_the_team(looked_at):
    say(looked_at(minutes=30), "profile:3", hits=[PROFILE])
    count = Member.objects.filter(left_at=None).count()
    assert count >= 1
    assert one("profile").officer_time == count * 30 * 60 * 1_000_000


def test_what_asks_for_no_look_is_judged_by_the_draw_alone(looked_at):
    """Its declarations that others had looked at tell what the others are worth."""
    yellow = ("YE-001", 1, 2, 0, "profile")
    say(looked_at("12000.00"), "profile:3 score:2", hits=[PROFILE, WEIGHT, yellow])
    say(looked_at(), "profile:2 score:2 random:3", drawn=True, hits=[WEIGHT, yellow])
    told = {x.profile: x for x in tally.tallied(year()).profiles}
    assert [told[code].by_draw for code in ("UV-017", "NEW-IMPORTER", "YE-001")] == [
        False, True, True
    ]  # fmt: skip
    assert told["UV-017"].sample == (1, 1)
    assert told["NEW-IMPORTER"].sample == told["YE-001"].sample == (0, 1)
    assert (told["YE-001"].found, told["YE-001"].inspected) == (1, 2)
    assert (one("profile").sample, one("score").sample) == ((1, 1), (0, 1))
    assert one("random").sample == (0, 1)


def test_what_it_alone_would_have_found(looked_at):
    alone, together = looked_at("12000.00"), looked_at("12000.00")
    say(alone, "profile:3", hits=[PROFILE, WEIGHT])
    say(together, "profile:3 random:3", drawn=True, hits=[PROFILE])
    told = one("profile")
    assert (told.selected, told.found, told.alone) == (2, 2, 1)
    assert told.alone_revenue * 2 == told.revenue
    by_profile = {(x.profile, x.version): x for x in tally.tallied(year()).profiles}
    assert by_profile["UV-017", 2].alone == 1  # points ask for nothing by themselves
    assert by_profile["NEW-IMPORTER", 1].alone == 0


def test_a_model_is_told_as_a_whole_and_by_the_shares_of_its_budget(looked_at):
    """One asked by chance and found; one by lot for a new party; one where its points only add."""
    said = ("MODEL", 7, None, 80, "score")
    for found, asked, drawn, shares in (
        ("12000.00", "score:3", False, ("chance", "", "chance")),
        ("", "score:3 random:3", True, ("new", "new", "new")),
        ("", "profile:3", False, ("", "", "")),
    ):
        row = say(looked_at(found), asked, drawn=drawn, hits=[said])
        newest = Assessment.objects.filter(declaration=row.pk).latest("pk")
        for item, share in enumerate(shares, 1):
            ItemScore.objects.create(
                assessment=newest.pk, item=item, model=7, chance=400_000, stake=None,
                inspections=0, violations=0, points=70, share=share, propensity=70_000, day=1,
            )  # fmt: skip
    told = {x.channel: x for x in tally.tallied(year()).profiles}
    assert set(told) == {"score", "share_chance", "share_new"}
    assert {(x.profile, x.version) for x in told.values()} == {("MODEL", 7)}
    chance, new, whole = told["share_chance"], told["share_new"], told["score"]
    assert (chance.selected, chance.sample, chance.alone, chance.asks) == (1, (1, 1), 1, True)
    assert (new.selected, new.sample, new.alone) == (1, (0, 1), 0)
    assert (whole.selected, whole.sample, whole.by_draw, whole.asks) == (3, (0, 1), True, False)
    assert [x.selected for x in tally.tallied(year()).channels if x.channel == "score"] == [2]


def test_two_profiles_of_one_declaration_count_it_once_in_their_channel(looked_at):
    say(looked_at("12000.00"), "profile:3", hits=[PROFILE, PLANTS])
    assert (one("profile").selected, one("profile").alone) == (1, 1)
    told = {(x.profile, x.version): x for x in tally.tallied(year()).profiles}
    assert [told["UV-017", n].selected for n in (2, 3)] == [1, 1]
    assert [told["UV-017", n].alone for n in (2, 3)] == [0, 0]


def test_a_discrepancy_counts_once_a_second_person_approved_it(looked_at, people):
    say(looked_at("12000.00", confirm=False), "profile:3", hits=[PROFILE])
    assert (one("profile").inspected, one("profile").found, one("profile").waiting) == (0, 0, 1)
    concluding.approve(people.supervisor, Opening.objects.get().pk, confirmed=True)
    assert (one("profile").inspected, one("profile").found, one("profile").waiting) == (1, 1, 0)


def test_a_cancelled_opening_and_a_release_without_a_result_are_no_look(ordered):
    for opening in (ordered(), ordered()):
        say(opening.declaration.mrn, "profile:3", hits=[PROFILE])
    assert one("profile").waiting == 2
    ordering.cancel(opening.declaration.mrn, "released without a look")
    Declaration.objects.filter(pk=opening.declaration_id).update(state="released")
    told = one("profile")
    assert (told.selected, told.inspected, told.waiting) == (2, 0, 1)


def test_what_was_cancelled_without_a_look_is_no_declaration_of_the_ledger(border):
    mrn = border.lodged()
    say(mrn, "profile:3", hits=[PROFILE])
    assert one("profile").selected == 1
    Declaration.objects.filter(mrn=mrn).update(state="invalidated")
    assert tally.tallied(year()).channels == []
    assert tally.counted(year()).whole.declarations == 0


def test_a_joint_opening_is_one_look_and_another_agencys_finding_is_not_customs(border, ordered):
    opening = ordered("", "PHI")
    mrn = opening.declaration.mrn
    say(mrn, "profile:3", hits=[PROFILE])
    ours, theirs = team(opening)[0], team(opening, "PHI")[0]
    service.start(ours, opening.pk)
    concluding.in_order(ours, opening.pk)
    assert (one("profile").inspected, one("profile").waiting) == (0, 1)  # the agency is not done
    noting.find(theirs, opening.pk, code="prohibited", item=1, found="beetles")
    unanswered(theirs, opening, "PHI")
    concluding.conclude(theirs, opening.pk, outcome="discrepancy")
    Opening.objects.filter(pk=opening.pk).update(state="closed")
    told = one("profile")
    assert (told.selected, told.inspected, told.found, told.revenue) == (1, 1, 0, 0)


def test_a_look_for_an_agency_alone_is_none_of_selections(looked_at):
    say(looked_at("", "PHI"), "profile:3", hits=[PROFILE])
    told = one("profile")
    assert (told.selected, told.inspected, told.waiting, told.officer_time) == (1, 0, 0, 0)


def test_several_looks_and_items_are_one_declaration(looked_at, people, border):
    mrn = looked_at("12000.00")
    row = say(mrn, "profile:3", hits=[PROFILE])
    first = Opening.objects.get()
    Opening.objects.create(
        declaration=row, office=row.office, state="closed", outcome="discrepancy", occasion=2,
        ordered_at=first.ordered_at, started_at=first.started_at, ended_at=first.ended_at,
        at_stake=500, currency="XPR",
    ).orders.create(
        look_at="goods", ordered_by="user:1", ordered_at=first.ordered_at, state="answered",
        outcome="discrepancy",
    )  # fmt: skip
    told = one("profile")
    assert (told.selected, told.inspected, told.found) == (1, 1, 1)
    assert told.revenue == first.at_stake + 500


def test_what_a_correction_finds_in_released_goods_was_missed(border, people, waiting):
    mrn = border.lodged(document="HBL-R", lrn="R-1")
    say(mrn, "")
    Declaration.objects.filter(mrn=mrn).update(
        state="released", lane=0, goods_state="released", released_at=border.clock.now()
    )
    border.later(minutes=1)
    row = correcting.propose(
        people.officers[0], mrn, [Change(1, "price", "12000.00")], "The price was another."
    )
    assert tally.counted(year()).whole.later == 0  # proposed is not decided
    correcting.confirm(people.officers[1], row.pk, confirmed=True)
    told = tally.counted(year()).whole
    assert (told.later, told.later_revenue) == (1, row.difference)
    assert Assessment.objects.filter(declaration=row.declaration_id).count() == 2
    # what the corrected version would have been asked for is not what it was asked for
    say(mrn, "score:3")
    assert tally.tallied(year()).channels == []


def test_office_direction_and_period_narrow_it(looked_at):
    say(looked_at(), "profile:3", hits=[PROFILE])
    office = Declaration.objects.get().office
    for narrowed, count in (
        (year(office=office, direction="IM"), 1), (year(office="XP999999"), 0),
        (year(direction="EX"), 0), (scope_of("2025"), 0), (scope_of("2026-Q1"), 1),
        (scope_of("2026-03"), 1), (scope_of("2026-04"), 0),
    ):  # fmt: skip
        assert tally.counted(narrowed).whole.declarations == count
    assert tally.offices(year()) == [office]


def test_the_draw_stands_alone_only_where_nothing_else_had_asked(looked_at, border):
    say(looked_at("12000.00"), "random:3", drawn=True)
    say(looked_at("12000.00"), "profile:3 random:3", drawn=True, hits=[PROFILE])
    say(looked_at("", "PHI"), "")
    say(border.lodged(document="HBL-X", lrn="X-1"), "profile:2")
    (alone,) = tally.counted(year()).alone
    assert (alone.rate, alone.size, alone.drawn, alone.looked, alone.found) == (50_000, 2, 1, 1, 1)
    (whole,) = tally.counted(year()).everything
    assert (whole.size, whole.drawn, whole.looked, whole.found) == (4, 2, 2, 2)


def scored(row, share, propensity):
    newest = Assessment.objects.filter(declaration=row.pk).latest("pk")
    ItemScore.objects.create(
        assessment=newest.pk, item=1, model=7, chance=40_000, stake=None, inspections=0,
        violations=0, points=70 if share else 3, share=share, propensity=propensity, day=1,
    )  # fmt: skip


def test_what_the_lot_of_new_parties_took_stands_among_what_lots_alone_took(looked_at, border):
    """Random 5 %, lot 20 %: a new party's goods are taken by 1 - 0.95 x 0.80 = 24 %."""
    scored(say(looked_at("12000.00"), "score:3"), "new", 240_000)  # the lot took it
    scored(say(border.lodged(document="HBL-N", lrn="N-1"), ""), "", 240_000)  # it might have
    scored(say(looked_at(), "random:3", drawn=True), "", 50_000)  # a known party, drawn
    say(border.lodged(document="HBL-O", lrn="O-1"), "")  # before any model served
    scored(say(looked_at("12000.00"), "score:3"), "chance", 1_000_000)  # no lot
    scored(say(looked_at("12000.00"), "score:3 profile:3"), "new", 1_000_000)  # nor here
    told = ledger(year())
    assert [(x.rate, x.size, x.drawn, x.looked, x.found) for x in told.lonely] == [
        (50_000, 2, 1, 1, 0), (240_000, 2, 1, 1, 1)
    ]  # fmt: skip
    (whole,) = tally.counted(year()).everything  # the base rate is the random draw's alone
    assert (whole.rate, whole.size, whole.drawn, whole.looked, whole.found) == (50_000, 6, 1, 1, 0)


def test_a_value_determined_on_documents_is_known_and_so_not_missed(looked_at, border):
    """Among what the draw alone had looked at, whatever anybody found is estimated and known."""
    drawn, green = looked_at(), border.lodged(document="HBL-P", lrn="P-1")
    for mrn, row in ((drawn, "random:3"), (green, "")):
        declaration = say(mrn, row, drawn=mrn == drawn)
        ValueDoubt.objects.create(
            declaration=declaration, item=1, state="determined", reasons="-", asked_by="user:0",
            asked_at=border.clock.now(), reply_by=border.clock.now(), method="2", difference=700,
        )  # fmt: skip
    (alone,) = tally.counted(year()).alone
    assert (alone.looked, alone.found, alone.revenue) == (1, 1, 700.0)
    assert (alone.size, alone.known, alone.known_revenue) == (2, 2, 1_400.0)
    (whole,) = tally.counted(year()).everything
    assert (whole.looked, whole.found) == (1, 0)  # looking at the goods found nothing


def test_the_ledger_proposes_the_end_of_what_the_profiles_own_page_proposes(looked_at, border):
    code = next(one.code for one in queries.known_profiles() if one.standing == "live")
    version = queries.known_profile(code).profile.version
    say(looked_at(), "profile:3", hits=[(code, version, 3, 0, "profile")])
    assert ledger(year()).retiring == ()
    at = border.clock.now()
    for number in range(9_000, 9_080):  # 40 drawn, half of them bad; 40 hit, none of them
        drawn = number < 9_040
        head = Assessment.objects.create(
            id=number, declaration=number, version=1, occasion="lodgement", at=at,
            kernel_version="1", reference_hash="0", accepted=True, channel="", drawn=drawn,
            currency="XPR",
        )  # fmt: skip
        if not drawn:
            Hit.objects.create(
                assessment=head, items="1", profile=code, version=version, lane=3, contribution=0,
                channel="profile",
            )  # fmt: skip
        Outcome.objects.create(
            declaration=number, item=1, differs=drawn and number % 2 == 0, at_stake=0, at=at
        )
    told = telling.told(queries.known_profile(code), telling.Evidence())
    assert told["worth"]["retire"]
    assert [(one.tally.profile, one.tally.version) for one in ledger(year()).retiring] == [
        (code, version)
    ]
    say(
        Declaration.objects.latest("pk").mrn,
        "profile:3",
        hits=[(code, version + 1, 3, 0, "profile")],
    )
    assert ledger(year()).retiring == ()  # another version has its own evidence


def test_the_ledger_takes_no_more_statements_for_more_declarations(looked_at, monkeypatch):
    monkeypatch.setattr(in_force, "FRESH_FOR", 600.0)  # once, however busy the machine is
    in_force.reference_at(clock.now())
    counts = []
    for _ in range(2):
        say(looked_at("12000.00"), "profile:3", hits=[PROFILE])
        with CaptureQueriesContext(connection) as asked:
            ledger(year())
        counts.append(len(asked))
    assert counts[0] == counts[1] <= 12


def test_few_looks_are_said_to_be_few(looked_at):
    say(looked_at("12000.00"), "profile:3 random:3", drawn=True, hits=[PROFILE])
    told = ledger(year())
    assert told.base.rate is None
    assert told.missed.violations is None
    assert [line.rate for line in told.profiles] == [None]
    assert told.retiring == ()
    assert [line.tally.channel for line in told.channels] == list(tally.CHANNELS)


@pytest.mark.parametrize(
    "written", ["", "２０２６", "2026-13", "2026-Q5", "26", "2026-1", "x" * 400]
)
def test_what_is_no_period_is_refused(border, written):
    from clearway.vocabulary.errors import DataRefused

    if not written:
        assert scope_of("").period.name == "2026"
        return
    with pytest.raises(DataRefused):
        scope_of(written)
