"""A cargo report and its declaration at the same moment: nobody waits for what has come."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from clearway.declarations.models import Declaration
from clearway.intake import lodging

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
