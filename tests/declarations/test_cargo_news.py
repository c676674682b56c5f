"""Cargo's news: a report that comes later, an arrival, a document that is no more."""

from __future__ import annotations

from clearway.declarations.models import Declaration
from clearway.intake import matching


def goods_of(mrn):
    return Declaration.objects.get(mrn=mrn).goods_state


def test_a_declaration_ahead_of_its_report_is_matched_when_it_comes(border):
    mrn = border.lodged()
    assert goods_of(mrn) == "unmatched"
    document = border.report("hbl 1")
    assert matching.on_document_reported("hbl 1") == 1
    document.refresh_from_db()
    assert (goods_of(mrn), document.drawn_packages) == ("reported", 10)
    assert matching.on_document_reported("hbl 1") == 0
    document.refresh_from_db()
    assert document.drawn_packages == 10


def test_the_oldest_is_served_first_and_a_shortage_is_told(border):
    first = border.lodged(packages=60, gross="60", lrn="A")
    border.later(minutes=1)
    second = border.lodged(packages=50, gross="40", lrn="B")
    border.report("HBL-1", packages=100, kilograms=100)
    assert matching.on_document_reported("HBL-1") == 1
    assert (goods_of(first), goods_of(second)) == ("reported", "unmatched")
    assert border.events(second)[-1] == "stock_short"


def test_sixty_and_forty_of_a_hundred(border):
    document = border.report("HBL-1", packages=100, kilograms=100)
    border.lodged(packages=60, gross="60", lrn="A")
    border.lodged(packages=40, gross="40", lrn="B")
    document.refresh_from_db()
    assert document.drawn_packages == 100
    more = border.lodge(packages=1, gross="1", lrn="C")
    assert (more.status, more.rules) == (422, ["CLW4311"])


def test_an_arrival_is_noted_once(border):
    border.report("HBL-1")
    mrn = border.lodged()
    assert matching.on_document_arrived("HBL-1") == 1
    assert matching.on_document_arrived("HBL-1") == 0
    assert goods_of(mrn) == "arrived"


def test_a_document_that_is_no_more_leaves_its_declarations_waiting(border):
    document = border.report("HBL-1")
    mrn = border.lodged()
    document.refresh_from_db()
    document.state = "cancelled"
    document.save()
    assert matching.on_document_cancelled("HBL-1") == 1
    document.refresh_from_db()
    assert (goods_of(mrn), document.drawn_packages) == ("unmatched", 0)
    assert border.events(mrn)[-1] == "unmatched"


def test_what_was_lodged_in_advance_waits_for_its_presentation(border):
    mrn = border.lodged(type_code="IMD")
    document = border.report("HBL-1")
    assert matching.on_document_reported("HBL-1") == 0
    document.refresh_from_db()
    assert (goods_of(mrn), document.drawn_packages) == ("unmatched", 0)


def test_the_news_reach_declarations_through_the_dispatcher(border):
    from clearway.audit import sequencer
    from clearway.audit.actor import system
    from clearway.events.dispatch import Dispatcher
    from clearway.events.service import act
    from clearway.site.subscriptions import SUBSCRIPTIONS

    waiting = border.lodged(lrn="A", packages=4, gross="40")
    ahead = border.lodged(lrn="B", packages=5, gross="50", type_code="IMD")
    document = border.report("HBL-1", arrived=True)
    for kind in ("reported", "arrived"):
        with act(system("cargo")) as doing:
            subject = "transport_document:HBL-1"
            doing.announce(f"transport_document.{kind}", subject, {"number": "HBL-1"})
    while sequencer.place():
        pass
    consumer = next(one for one in SUBSCRIPTIONS if one.name == "declarations.cargo")
    dispatcher = Dispatcher(SUBSCRIPTIONS)
    while dispatcher.step(consumer):
        pass
    assert (goods_of(waiting), goods_of(ahead)) == ("arrived", "arrived")
    assert Declaration.objects.get(mrn=ahead).state == "assessed"
    document.refresh_from_db()
    assert document.drawn_packages == 9
