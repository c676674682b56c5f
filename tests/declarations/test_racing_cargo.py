"""A cargo report and its declaration at the same moment: nobody waits for what has come."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime

import pytest
from django.db import connection
from tests.declarations.conftest import a_message

from clearway.assessment import queries as assessments
from clearway.declarations import queries
from clearway.declarations.models import Declaration
from clearway.intake import lodging
from clearway.vocabulary.dates import days_of

_PATIENCE = 0.5


def tell(border):
    """Let the dispatcher tell everything that is committed."""
    from clearway.audit import sequencer
    from clearway.events.dispatch import Dispatcher
    from clearway.site.subscriptions import SUBSCRIPTIONS

    while sequencer.place():
        pass
    dispatcher = Dispatcher(SUBSCRIPTIONS)
    consumer = next(one for one in SUBSCRIPTIONS if one.name == "declarations.cargo")
    while dispatcher.step(consumer):
        pass


def closing(work):
    """Do some work in a thread, and close that thread's connection."""
    try:
        return work()
    finally:
        connection.close()


def announce(number, *kinds):
    from clearway.audit.actor import system
    from clearway.events.service import act

    for kind in kinds:
        with act(system("cargo")) as doing:
            body = {"number": number}
            subject = f"transport_document:{number}"
            doing.announce(f"transport_document.{kind}", subject, body)


@pytest.mark.parametrize("type_code", ["IMA", "IMD"])
def test_a_report_that_commits_while_its_declaration_is_on_the_way(
    both_databases, border, monkeypatch, type_code
):
    looked, reported = threading.Event(), threading.Event()
    reserve = lodging._reserve

    def slowly(*given):
        outcomes = reserve(*given)
        looked.set()
        # On SQLite the report waits for the one writer and comes after; here it comes between.
        reported.wait(_PATIENCE)
        return outcomes

    monkeypatch.setattr(lodging, "_reserve", slowly)

    def carrier():
        looked.wait(30)
        border.report("HBL-1", arrived=True)
        announce("HBL-1", "reported", "arrived")
        tell(border)
        reported.set()

    with ThreadPoolExecutor(2) as threads:
        for one in [
            threads.submit(closing, carrier),
            threads.submit(closing, lambda: border.lodged(type_code=type_code)),
        ]:
            one.result(60)
    assert reported.is_set()
    tell(border)
    declaration = Declaration.objects.get()
    assert (declaration.state, declaration.goods_state) == ("assessed", "arrived")


def test_what_is_lodged_in_advance_of_goods_that_are_here_is_presented_at_once(border):
    border.report("HBL-1", arrived=True)
    announce("HBL-1", "reported", "arrived")
    tell(border)
    border.later(days=2)
    mrn = border.lodged(type_code="IMD")
    lodged = border.clock.now()
    border.later(hours=3)
    tell(border)
    declaration = Declaration.objects.get(mrn=mrn)
    assert (declaration.state, declaration.goods_state) == ("assessed", "arrived")
    assert declaration.accepted_at == lodged, "not before it was lodged, not when we looked"


def test_who_waits_in_vain_is_told_of_once(border):
    border.report("HBL-1", packages=9)
    mrn = border.lodged(document="HBL-2", lrn="A")
    border.report("HBL-2", packages=9)
    for _ in range(3):
        tell(border)
    assert border.events(mrn).count("stock_short") == 1


@pytest.mark.parametrize("first", ["declaration", "arrival"])
def test_rate_law_and_lane_are_those_of_the_day_on_which_the_goods_are_here(border, first):
    """Lodged in March, arrived in April; and the other way about, all in April."""
    border.clock.advance(datetime(2026, 3, 30, 9, tzinfo=UTC))
    message = a_message(type_code="IMD", lrn="L-1", price="1000.00").replace(b"XPR", b"EUR")
    if first == "declaration":
        mrn = border.lodge(message=message).json["mrn"]
        (item,) = queries.items(Declaration.objects.get(mrn=mrn))
        assert item.value == 933_760, "an estimate at the rate of March"
    border.clock.advance(datetime(2026, 4, 2, 9, tzinfo=UTC))
    border.report("HBL-1", arrived=True)
    announce("HBL-1", "reported", "arrived")
    if first == "arrival":
        tell(border)
        border.later(hours=2)
        mrn = border.lodge(message=message).json["mrn"]
    tell(border)
    declaration = Declaration.objects.get(mrn=mrn)
    assert (declaration.state, declaration.goods_state) == ("assessed", "arrived")
    assert declaration.legal_date == days_of(date(2026, 4, 2))
    (item,) = queries.items(declaration)
    assert item.value == 924_690
    told = assessments.newest(declaration.pk)
    assert (told.occasion, told.lane) == ("arrival", declaration.lane)
    assert told.payable == sum(one.payable for one in assessments.charges(told.pk))
