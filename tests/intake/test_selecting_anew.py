"""A cargo report that comes, or changes, after lodging: what is not released is selected anew."""

from __future__ import annotations

import json

import pytest
from tests.declarations.conftest import border  # noqa: F401 - fixtures

from clearway.assessment import queries as assessed
from clearway.assessment.models import Assessment, Charge, KnownSince
from clearway.audit import sequencer
from clearway.audit.actor import system
from clearway.cargo.models import TransportDocument
from clearway.declarations.models import Declaration, Version
from clearway.declarations.queries import current_version, lodgement_of
from clearway.events.dispatch import Dispatcher
from clearway.events.models import Event
from clearway.events.service import act
from clearway.intake import matching, selecting_anew
from clearway.kernel.decisions import Lane
from clearway.payments import notices
from clearway.site.subscriptions import SUBSCRIPTIONS

pytestmark = pytest.mark.django_db(transaction=True)
GREEN, YELLOW, RED = Lane.GREEN, Lane.YELLOW, Lane.RED


def standing(mrn):
    row = Declaration.objects.get(mrn=mrn)
    return row.lane, row.state


def count(mrn):
    return Assessment.objects.filter(declaration=Declaration.objects.get(mrn=mrn).pk).count()


def told(mrn):
    """What officers read of the report: the features of the newest assessment."""
    row = Declaration.objects.get(mrn=mrn)
    newest = assessed.newest(row.pk)
    kept = KnownSince.objects.filter(assessment=newest.pk).exists()
    assert kept == (newest.occasion == "cargo")
    return assessed.as_decided(lodgement_of(current_version(row)), newest).features


def corrected(number, **changes):
    TransportDocument.objects.filter(number=number).update(**changes)
    return selecting_anew.on_document_reported(number)


def kilograms(number):
    return {"gross_mass": number * 1_000_000, "mass_allowance": number * 1_000_000}


def test_a_report_that_comes_late_and_tells_otherwise_asks_for_documents(
    both_databases,
    border,  # noqa: F811
):
    mrn = border.lodged(document="HBL-1")
    assert standing(mrn) == (GREEN, "assessed")
    charged = list(Charge.objects.values_list("tax", "amount"))
    assert notices.follow(system("payments"), mrn)
    border.report("HBL-1", packages=10, kilograms=120)
    assert selecting_anew.on_document_reported("HBL-1") == 1
    assert standing(mrn) == (YELLOW, "documents_requested")
    row = Declaration.objects.get(mrn=mrn)
    newest = assessed.newest(row.pk)
    assert (newest.occasion, newest.lane, newest.channel) == ("cargo", YELLOW, "profile")
    # 20 for a new importer and 10 for a new route, as at lodging; 40 for the report.
    weights = {hit.profile: hit.contribution for hit in assessed.hits(newest.pk)}
    assert weights == {"TR-001": 20, "TR-005": 10, "CG-001": 40}
    assert told(mrn)["cargo_differs"] == "gross_mass=100000000/120000000"
    # One version, charged alike; the notice stands and none takes its place.
    assert (row.version, Version.objects.filter(declaration=row).count()) == (1, 1)
    assert list(Charge.objects.values_list("tax", "amount")) == [*charged, *charged]
    assert (notices.is_behind(row), notices.follow(system("payments"), mrn)) == (False, False)
    assert border.events(mrn)[-3:] == ["selected_anew", "laned", "documents_requested"]
    news = Event.objects.get(kind="declaration.selected_anew")
    assert json.loads(news.body) == {
        "mrn": mrn, "document": row.transport_document, "differs": ["gross_mass"],
    }  # fmt: skip
    assert news.concerns == "", "for customs alone"
    # Told twice, it is done once.
    assert selecting_anew.on_document_reported("hbl 1") == 0
    assert count(mrn) == 2


def test_a_report_that_agrees_changes_nothing(border):  # noqa: F811
    mrn = border.lodged(document="HBL-1")
    border.report("HBL-1", packages=10, kilograms=100)
    assert selecting_anew.on_document_reported("HBL-1") == 0
    assert (standing(mrn), count(mrn)) == ((GREEN, "assessed"), 1)


def test_a_correction_that_agrees_leaves_the_lane(border):  # noqa: F811
    border.report("HBL-1", packages=10, kilograms=120)
    mrn = border.lodged(document="HBL-1")
    assert standing(mrn) == (YELLOW, "documents_requested")
    assert corrected("HBL-1", **kilograms(100)) == 1
    assert standing(mrn) == (YELLOW, "documents_requested")
    assert "cargo_differs" not in told(mrn)
    # 20 and 10 points are left, and an authorised operator's count half.
    newest = assessed.newest(Declaration.objects.get(mrn=mrn).pk)
    assert (newest.lane, newest.channel, newest.score) == (YELLOW, "profile", 15_000)
    assert border.events(mrn)[-1] == "selected_anew"
    assert corrected("HBL-1") == 0


@pytest.mark.parametrize(
    ("mass", "state", "events"),
    [(130, "documents_requested", ["selected_anew", "documents_requested"]),  # another difference
     (120, "assessed", []),  # the one that the officer has seen
     (100, "assessed", ["selected_anew"])],
)  # fmt: skip
def test_what_an_officer_was_satisfied_with_is_asked_for_again_by_another_story(
    border,  # noqa: F811
    mass,
    state,
    events,
):
    border.report("HBL-1", packages=10, kilograms=120)
    mrn = border.lodged(document="HBL-1")
    Declaration.objects.update(state="assessed")
    before = border.events(mrn)
    corrected("HBL-1", **kilograms(mass))
    assert standing(mrn) == (YELLOW, state)
    assert border.events(mrn)[len(before) :] == events


@pytest.mark.parametrize("state", ["assessed", "under_control"])
def test_a_red_lane_of_the_lot_or_of_an_officer_stays_red(border, state):  # noqa: F811
    mrn = border.lodged(document="HBL-1")
    Declaration.objects.update(lane=RED, state=state)
    border.report("HBL-1", packages=10, kilograms=120)
    assert selecting_anew.on_document_reported("HBL-1") == 1
    # Who looks at the goods has the documents too; who was done with them is asked for these.
    later = {"assessed": "documents_requested", "under_control": "under_control"}
    assert standing(mrn) == (RED, later[state])
    assert corrected("HBL-1", **kilograms(100)) == 1
    assert standing(mrn) == (RED, later[state])


def test_what_is_released_or_not_yet_presented_stays_as_it_is(border):  # noqa: F811
    released = border.lodged(document="HBL-1", lrn="A")
    Declaration.objects.update(state="released")
    ahead = border.lodged(document="HBL-1", type_code="IMD", lrn="B", packages=5, gross="50")
    lone = border.lodged(document="HBL-2", lrn="C")
    before = [standing(mrn) for mrn in (released, ahead, lone)]
    border.report("HBL-1", packages=10, kilograms=80)
    assert selecting_anew.on_document_reported("HBL-1") == 0
    assert [standing(mrn) for mrn in (released, ahead, lone)] == before


def test_anothers_document_says_nothing_to_a_stranger(border):  # noqa: F811
    mrn = border.lodged(document="HBL-1", packages=12)
    before = border.ask("trader", "get", f"/declarations/{mrn}").content
    assessment = border.ask("trader", "get", f"/declarations/{mrn}/assessment").content
    events = border.events(mrn)
    border.report("HBL-1", packages=10, kilograms=120, consignee="XP1000000002")
    assert selecting_anew.on_document_reported("HBL-1") == 0
    assert corrected("HBL-1", **kilograms(70), perishable=True) == 0
    assert border.events(mrn) == events
    assert border.ask("trader", "get", f"/declarations/{mrn}").content == before
    assert border.ask("trader", "get", f"/declarations/{mrn}/assessment").content == assessment


def test_a_trader_reads_his_lane_and_not_why(border):  # noqa: F811
    mrn = border.lodged(document="HBL-1")
    border.report("HBL-1", packages=10, kilograms=120)
    selecting_anew.on_document_reported("HBL-1")
    seen = border.ask("trader", "get", f"/declarations/{mrn}/assessment")
    assert (seen.json["lane"], seen.json["occasion"]) == ("yellow", "cargo")
    for path in (f"/declarations/{mrn}", f"/declarations/{mrn}/assessment"):
        content = border.ask("trader", "get", path).content
        assert not any(word in content for word in (b"cargo_differs", b"CG-001", b"120000000"))
    while sequencer.place():
        pass
    feed = border.ask("trader", "get", "/events?limit=200").content
    assert b"declaration.laned" in feed
    assert b"selected_anew" not in feed


def test_what_the_record_found_since_is_kept(border):  # noqa: F811
    """A finding that matching wrote, or took away, is not undone by a later correction."""
    mrn = border.lodged(document="HBL-1")
    border.report("HBL-1", packages=10, kilograms=100)
    assert matching.on_document_reported("HBL-1") == 1
    number = Declaration.objects.get(mrn=mrn).pk
    assert assessed.rules_found(number) == frozenset()
    assert corrected("HBL-1", **kilograms(120)) == 1
    assert assessed.rules_found(number) == frozenset()


def test_the_news_of_a_report_select_before_they_match(border):  # noqa: F811
    mrn = border.lodged(document="HBL-1")
    border.report("HBL-1", packages=10, kilograms=120)
    with act(system("cargo")) as doing:
        doing.announce("transport_document.reported", "transport_document:1", {"number": "HBL-1"})
    while sequencer.place():
        pass
    consumer = next(one for one in SUBSCRIPTIONS if one.name == "declarations.cargo")
    dispatcher = Dispatcher(SUBSCRIPTIONS)
    while dispatcher.step(consumer):
        pass
    assert standing(mrn) == (YELLOW, "documents_requested")
    events = border.events(mrn)
    assert events.index("selected_anew") < events.index("matched")
    assert Declaration.objects.get(mrn=mrn).goods_state == "reported"
