"""What is remembered of inspections: written as they are closed, told in words, as of the day."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection, transaction
from tests.inspection.conftest import (  # noqa: F401 - fixtures
    OFFICE,
    border,
    ordered,
    people,
    person,
    team,
    waiting,
)

from clearway.audit import clock
from clearway.audit.bulk import ask
from clearway.declarations import queries as declarations
from clearway.declarations.models import Declaration
from clearway.inspection import concluding, noting, service
from clearway.kernel.lodgement import Item, Lodgement, Party
from clearway.risk.memory import queries
from clearway.risk.memory import service as memory
from clearway.risk.memory.keys import LADDERS, keys_of
from clearway.risk.memory.models import Evidence
from clearway.vocabulary.dates import days_of

pytestmark = pytest.mark.django_db(transaction=True)
TODAY = 20_515


def lodged(commodity="85044090", origin="CN", mass=100_000_000, importer="IMP1", items=1):
    return Lodgement(
        importer=Party(id=importer), declarant=Party(id="DEC1"), exporter=Party(id="EXP1"),
        export_country="CN",
        items=tuple(Item(commodity=commodity, origin=origin, net_mass=mass) for _ in range(items)),
    )  # fmt: skip


def at(day):
    return datetime(1970, 1, 1, 12, tzinfo=UTC) + timedelta(days=day)


def goods(lodgement, until=TODAY + 1):
    return queries.recall(lodgement, until)[0][list(LADDERS).index("goods")]


def test_seven_of_eight_identical_consignments_were_violations():
    for number in range(8):
        memory.learn(lodged(importer=f"IMP{number}"), {1: number != 0}, at(TODAY - number))
    same = goods(lodged(importer="SOMEBODY ELSE"))
    assert (same.rung, same.count.violations, same.count.inspections) == ("same_goods", 7, 8)
    assert 0.75 < same.chance < 0.95


def test_it_backs_off_to_what_resembles_it_most():
    memory.learn(lodged(), {1: True}, at(TODAY))
    rungs = [
        goods(one).rung
        for one in (
            lodged(mass=104_000_000), lodged(mass=9_000_000_000), lodged(origin="DE"),
            lodged("85049090", "DE"), lodged("85171300", "DE"), lodged("01022100", "DE"),
        )
    ]  # fmt: skip
    assert rungs == ["goods_mass", "goods_origin", "subheading", "heading", "chapter", ""]


def test_a_chance_worked_by_hand():
    """One clean and one violation under heading 8504 alone; base (1 + 0.1) / (2 + 2) = 0.275.

    Chapter: (1 + 4 x 0.275) / (2 + 4) = 0.35; heading: (1 + 4 x 0.35) / 6 = 0.4.
    """
    memory.learn(lodged("85041000"), {1: True}, at(TODAY))
    memory.learn(lodged("85042000"), {1: False}, at(TODAY))
    found = goods(lodged("85049090", "DE"))
    assert (found.rung, found.count.inspections) == ("heading", 2)
    assert found.chance == pytest.approx(0.4)


def test_features_count_the_year_before_the_day_and_not_the_day():
    memory.learn(lodged(), {1: True}, at(TODAY))
    memory.learn(lodged(), {1: True}, at(TODAY - 1))
    memory.learn(lodged(), {1: False}, at(TODAY - 2))
    memory.learn(lodged(), {1: True}, at(TODAY - 366))
    with connection.cursor() as cursor:
        (features,) = queries.features_for(cursor, [lodged()], TODAY)
    assert features["importer_findings_365d"] == 1
    assert features["declarant_findings_365d"] == features["exporter_findings_365d"] == 1
    assert features["origin_findings_rate"] == 500_000
    assert features["commodity_findings_rate"] == 500_000


def test_items_of_different_headings_have_rates_of_their_own():
    memory.learn(lodged("85041000"), {1: True}, at(TODAY - 1))
    two = lodged()
    two.items = (*two.items, Item(commodity="01022100", origin="DE"))
    with connection.cursor() as cursor:
        (features,) = queries.features_for(cursor, [two], TODAY)
    assert features["commodity_findings_rate[1]"] == 1_000_000
    assert features["commodity_findings_rate[2]"] is None


def test_statements_do_not_grow_with_the_batch(monkeypatch):
    asked = []

    def counted(*told):
        asked.append(told)
        return ask(*told)

    monkeypatch.setattr(queries, "ask", counted)
    many = [lodged(importer=f"IMP{number}", items=3) for number in range(40)]
    with connection.cursor() as cursor:
        queries.features_for(cursor, many, TODAY)
        assert len(asked) == 1
        queries.features_for(cursor, many, TODAY)
    assert len(asked) == 1, "a day's past is read once"


def test_what_was_undone_is_not_remembered():
    with transaction.atomic():
        memory.learn(lodged(), {1: True}, at(TODAY))
        transaction.set_rollback(True)
    assert not Evidence.objects.exists()


def test_a_position_that_is_no_item_is_no_evidence():
    memory.learn(lodged(), {2: True, 0: True}, at(TODAY))
    assert not Evidence.objects.exists()


def test_very_long_names_fit():
    long = lodged(commodity="8" * 300, importer="I" * 300)
    memory.learn(long, {1: True}, at(TODAY))
    assert all(len(key) <= 200 for key in keys_of(long, long.items[0]).values())
    assert goods(long).count.violations == 1


def test_closing_an_inspection_is_remembered_at_once(people, ordered):  # noqa: F811
    opening = ordered()
    first, *_ = team(opening)
    service.start(first, opening.pk)
    noting.find(first, opening.pk, code="value", item=1, found="12")
    done = concluding.conclude(first, opening.pk, outcome="discrepancy", all_yes=True)
    concluding.approve(people.supervisor, done.pk, confirmed=True)
    lodgement = declarations.lodgement_of(
        declarations.current_version(Declaration.objects.get(pk=done.declaration_id))
    )
    until = days_of(clock.now().date()) + 2
    (ladders,) = queries.recall(lodgement, until)
    by_name = {one.ladder: one for one in ladders}
    assert (by_name["goods"].rung, by_name["goods"].count.violations) == ("same_goods", 1)
    assert by_name["importer"].count.inspections == 1
