"""A cargo report and its declaration at the same moment: nobody waits for what has come."""

from __future__ import annotations

import json
import shutil
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime

import pytest
from django.db import connection
from tests.declarations.conftest import a_message

from clearway import packs
from clearway.assessment import queries as assessments
from clearway.declarations import queries
from clearway.declarations.models import Declaration
from clearway.intake import lodging
from clearway.kernel.decisions import Lane
from clearway.reference import in_force
from clearway.reference import service as law
from clearway.reference.queries import changes_of
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


def test_goods_that_were_counted_short_are_matched_when_they_are_counted_again(border):
    mrn = border.lodged()
    document = border.report("HBL-1", arrived=True)
    documents = type(document).objects.filter(pk=document.pk)

    def counted(packages):
        documents.update(tallied_packages=packages)
        announce("HBL-1", "discharged")
        tell(border)
        told = assessments.newest(Declaration.objects.get(mrn=mrn).pk)
        rules = {one.rule for one in assessments.findings(told.pk)}
        return Declaration.objects.get(mrn=mrn).goods_state, "CLW4311" in rules

    assert counted(8) == ("unmatched", True)
    assert counted(10) == ("arrived", False)
    assert documents.get().drawn_packages == 10


NEW_PROFILE = """
[[profiles]]
code = "TT-001"
version = 1
name = "Milk powder, from April"
condition = "direction = 'IM' AND hs LIKE '0402%'"
lane = "red"
weight = 50
channel = "profile"
trader_text = "profiles.trader.description"
owner = "Risk Office"
author = "r.halley"
approver = "l.sextant"
valid_from = 2026-04-01
valid_to = 2027-01-01
"""
QUOTA = "040210,122,,,091001,{},{},{}%,"


def law_of_april(folder):
    """Write the demo country's pack with another quota rate and one more profile from April."""
    shutil.copytree(packs.demo_pack(), folder, ignore=shutil.ignore_patterns("golden", "*.pyc"))
    measures = folder / "measures.csv"
    text = measures.read_text(encoding="utf-8")
    old = QUOTA.format("2025-01-01", "2029-01-01", "4.00")
    assert text.count(old) == 1
    line = next(one for one in text.splitlines() if one.startswith(old))
    new = [
        line.replace(old, QUOTA.format("2025-01-01", "2026-04-01", "4.00")),
        line.replace(old, QUOTA.format("2026-04-01", "2029-01-01", "2.00")),
    ]
    measures.write_text(text.replace(line, "\n".join(new)), encoding="utf-8")
    with (folder / "profiles.toml").open("a", encoding="utf-8") as file:
        file.write(NEW_PROFILE)
    return folder


def test_quota_and_profile_are_those_of_the_day_of_arrival(border, tmp_path):
    """Both change in a pack approved after the declaration was lodged and before its goods came."""
    border.clock.advance(datetime(2026, 3, 30, 9, tzinfo=UTC))
    message = json.loads(a_message(type_code="IMD", lrn="L-1", commodity="04021090"))
    (item,) = message["GoodsShipment"]["GovernmentAgencyGoodsItem"]
    fee = item["Commodity"]["DutyTaxFee"]
    (fee[0] if isinstance(fee, list) else fee).update(DutyRegimeCode="120", QuotaOrderID="091001")
    answer = border.lodge(message=message)
    assert answer.status == 201, answer.json
    declaration = Declaration.objects.get(mrn=answer.json["mrn"])

    def decided():
        newest = assessments.newest(declaration.pk)
        quotas = [one for one in assessments.questions(newest.pk) if one.kind == "quota"]
        profiles = {one.profile for one in assessments.hits(newest.pk)}
        return newest.occasion, newest.payable, quotas, "TT-001" in profiles

    occasion, ordinary, (quota,), profiled = decided()
    assert (occasion, profiled) == ("lodgement", False), "a quota is drawn on at presentation"
    saved = quota.amount_if_granted
    source = law_of_april(tmp_path / "april")
    pack = law.propose(border.actors["tariff"], source, datetime(2026, 4, 1, tzinfo=UTC))
    law.approve(border.actors["tariff2"], pack.pk, changes_of(pack).digest)
    border.clock.advance(datetime(2026, 4, 2, 9, tzinfo=UTC))
    in_force.forget()
    border.report("HBL-1", arrived=True)
    announce("HBL-1", "reported", "arrived")
    tell(border)
    payable = ordinary - saved - 21_200
    assert decided() == ("arrival", payable, [], True), "two points of 10,000.00, and VAT of 6 %"
    declaration.refresh_from_db()
    assert Lane(declaration.lane) is Lane.RED
