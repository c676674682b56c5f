"""A document holds until its data change; who asks twice at once gets the same one."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import msgspec
import pytest
from django.db import connection
from tests.documents.samples import MRN, SAMPLES, declaration_print

from clearway.audit.actor import Actor
from clearway.documents import queries, rules, service
from clearway.documents.kinds import KINDS, PREFIXES
from clearway.documents.models import IssuedDocument
from clearway.events.models import Event
from clearway.events.service import act
from clearway.vocabulary.errors import DataRefused

ACTOR = Actor(name="user:7", organisation=3)
SUBJECT = f"declaration:{MRN}"


def issued(data=None, kind="declaration_print", **more):
    what = {"kind": kind, "subject": SUBJECT, "concerns": (3,), **more}
    return service.issued(ACTOR, data=data or SAMPLES[kind], **what)


def test_every_kind_has_a_number_of_its_own():
    assert tuple(SAMPLES) == KINDS == tuple(PREFIXES)
    assert len(set(PREFIXES.values())) == len(KINDS)


@pytest.mark.django_db
@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_is_issued_and_read_back(kind, simulated_clock):
    row = issued(kind=kind, concerns=(3, 5))
    assert rules.read(kind, row.data) == SAMPLES[kind]
    assert row.sha256 == rules.digest(bytes(row.data))
    assert queries.by_number(row.number.lower()) == queries.by_token(row.token) == row
    assert queries.readers(row) == (3, 5)
    assert list(queries.readable_by(5)) == [row]
    assert list(queries.readable_by(7)) == []


@pytest.mark.django_db
def test_a_changed_datum_makes_the_former_void(simulated_clock):
    first = issued()
    assert issued() == first
    second = issued(declaration_print(98))
    first.refresh_from_db()
    assert (first.state, first.reason, first.void_by) == ("void", "data_changed", "user:7")
    assert (second.state, second.replaces) == ("valid", first)
    assert queries.valid("declaration_print", SUBJECT) == second
    kinds = list(Event.objects.order_by("id").values_list("kind", flat=True))
    assert kinds == ["document.issued", "document.voided", "document.issued"]


@pytest.mark.django_db
def test_what_is_void_stays_void(simulated_clock):
    first = issued()
    with act(ACTOR) as doing:
        assert service.void(doing, SUBJECT, ["declaration_print"], "withdrawn") == [first]
        assert service.void(doing, SUBJECT) == []
    again = issued()
    assert (again.state, again.sha256, again.token != first.token) == ("valid", first.sha256, True)


@pytest.mark.django_db
def test_equal_data_within_another_act_announce_nothing(simulated_clock):
    first = issued()
    with act(ACTOR) as doing:
        doing.announce("thing.made", "thing:1", {})
        again = service.issue(
            doing, kind="declaration_print", subject=SUBJECT, concerns=(3,),
            data=declaration_print(),
        )  # fmt: skip
        assert again == first
        assert len(doing.announcements) == 1


def wrong(**changed):
    return {**msgspec.to_builtins(declaration_print()), **changed}


@pytest.mark.parametrize(
    ("data", "pointer"),
    [
        ({k: v for k, v in wrong().items() if k != "mrn"}, "/mrn"),
        (wrong(mrn=""), "/mrn"),
        (wrong(more=1), "/more"),
        (wrong(legal_date="2026-02-30"), "/legal_date"),
        (wrong(legal_date="2026-03-01\n"), "/legal_date"),
        (wrong(payable=2**53), "/payable"),
        (wrong(currency="XP"), "/currency"),
        (wrong(goods=[]), "/goods"),
        (wrong(goods=[{**wrong()["goods"][0], "commodity": ""}]), "/goods/0/commodity"),
        (wrong(totals={**wrong()["totals"], "value": 1}), "/totals/value"),
    ],
)
def test_a_missing_or_wrong_datum_is_named(data, pointer):
    with pytest.raises(DataRefused) as refused:
        rules.content_of("declaration_print", data)
    assert refused.value.faults[0][0] == pointer


def test_a_notice_whose_total_is_not_its_lines_is_refused():
    notice = msgspec.to_builtins(SAMPLES["tax_notice"])
    with pytest.raises(DataRefused) as refused:
        rules.content_of("tax_notice", {**notice, "payable": notice["payable"] + 1})
    assert refused.value.faults == (("/payable", "not the sum of the lines"),)


def test_canonical_json_does_not_depend_on_the_order_of_its_making():
    tree = msgspec.to_builtins(declaration_print())
    turned = dict(reversed(tree.items()))
    one, other = (rules.content_of("declaration_print", each) for each in (tree, turned))
    assert rules.canonical(one) == rules.canonical(other)
    assert b"null" not in rules.canonical(one)


def test_one_document_holds_however_many_ask_at_once(both_databases):
    """8 workers × 6 issues of three data: one valid one, each void one was valid once."""
    start = threading.Barrier(8)

    def work(worker):
        try:
            start.wait()
            for turn in range(6):
                issued(declaration_print(100 - (worker + turn) % 3))
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(work, range(8)))
    rows = list(IssuedDocument.objects.order_by("id"))
    assert [row.state for row in rows].count("valid") == 1
    replaced = [row.replaces_id for row in rows]
    assert replaced == [None, *(row.pk for row in rows[:-1])], "each replaced the one before it"
    assert Event.objects.filter(kind="document.voided").count() == len(rows) - 1
