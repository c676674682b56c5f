"""The parties' history, held to a plain count over the list of everything accepted."""

from __future__ import annotations

from random import Random

import pytest
from django.db import connection, transaction

from clearway.kernel.features import HISTORY_COLUMNS
from clearway.kernel.lodgement import Item, Lodgement, Party
from clearway.risk.memory.queries import features_for as what_was_shown
from clearway.traders import history
from clearway.traders.history import Accepted, features_for, record_many

DAY = 20_515
_FLAGS_OF_LISTS = {column.name for column in HISTORY_COLUMNS if "watchlist" in column.name}
_FLAGS_OF_LISTS.add("sanctions_match")  # the room of intelligence fills them (tests/intelligence)


_OF_GOODS = {"median_unit_price", "mad_unit_price", "cargo_mismatch", "perishable"}
"""What is filled from prices and cargo reports (tests/risk/test_prices.py, tests/cargo)."""


def _lodgement(rng: Random) -> Lodgement:
    parcel = rng.random() < 0.3
    importer = rng.choice(("XP1", "XP2", "XP3", ""))
    return Lodgement(
        importer=Party(id=importer) if importer else None,
        exporter=Party(name=rng.choice(("Acme", "ＡＣＭＥ", "Bolt")), country="CN"),
        declarant=Party(id=rng.choice(("XP8", "XP9"))),
        export_country=rng.choice(("CN", "US")),
        border_mode="1",
        office="XP000110",
        low_value_regime="C07" if parcel else "",
        items=tuple(
            Item(commodity=f"{rng.choice(('0102', '8517'))}0000") for _ in range(rng.randint(1, 3))
        ),
    )


def _naive(past: list[tuple[int, Lodgement, int]], one: Lodgement, day: int) -> dict:
    """Count as anybody would."""

    def identity(party):
        return (party.id or party.name.replace("ＡＣＭＥ", "Acme")) if party else ""

    def route(each):
        return each.export_country

    before = [(on, each, value) for on, each, value in past if on < day]
    year = [row for row in before if row[0] >= day - 365]
    importer = identity(one.importer)
    expected = {
        "declarant_declarations_365d": sum(
            identity(each.declarant) == identity(one.declarant) for _, each, _ in year
        ),
        "exporter_declarations_365d": sum(
            identity(each.exporter) == identity(one.exporter) for _, each, _ in year
        ),
        "exporter_first_seen_days": day
        - min([day, *(o for o, e, _ in before if identity(e.exporter) == identity(one.exporter))]),
        "route_declarations_365d": sum(route(each) == route(one) for _, each, _ in year),
    }
    if importer:
        mine = [row for row in before if identity(row[1].importer) == importer]
        expected |= {
            "importer_declarations_365d": sum(identity(e.importer) == importer for _, e, _ in year),
            "importer_first_seen_days": day - min([day, *(on for on, _, _ in mine)]),
            "importer_value_365d": sum(v for _, e, v in year if identity(e.importer) == importer),
            "importer_aeo_active": False,
            "route_new": route(one) not in {route(each) for _, each, _ in mine},
            "exporter_new": identity(one.exporter)
            not in {identity(e.exporter) for _, e, _ in mine},
        }
        known = {item.commodity[:4] for _, each, _ in mine for item in each.items}
        new = [item.commodity[:4] not in known for item in one.items]
        if len(set(new)) == 1:
            expected["commodity_new"] = new[0]
        else:
            expected |= {f"commodity_new[{place}]": flag for place, flag in enumerate(new, 1)}
        if one.low_value_regime:
            expected["consignee_parcels_30d"] = sum(
                bool(each.low_value_regime) and identity(each.importer) == importer
                for on, each, _ in before
                if on >= day - 30
            )
            expected["buyer_value_year"] = 0
    return expected


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_features_are_what_a_plain_count_gives(both_databases, seed):
    """Days come mostly in order; some declarations are lodged late, as of a day gone by."""
    rng = Random(seed)
    past: list[tuple[int, Lodgement, int]] = []
    day = DAY
    for _ in range(40):
        day += rng.choice((0, 0, 1, 1, 7, 29, 30, 31, 180))
        on = day - rng.choice((0, 0, 0, 0, 1, 20, 400))
        asked = [_lodgement(rng) for _ in range(4)]
        with connection.cursor() as cursor:
            found = features_for(cursor, asked, on)
        for one, features in zip(asked, found, strict=True):
            expected = _naive(past, one, on)
            assert {k: v for k, v in features.items() if v is not None or k in expected} == expected
        if rng.random() < 0.3:
            history.forget()
        accepted = []
        for one in asked:
            values = [rng.choice((None, 1, 250)) for _ in one.items]
            past.append((on, one, sum(v or 0 for v in values) * 10))
            accepted.append(Accepted(one, values, 2))
        with transaction.atomic(), connection.cursor() as cursor:
            record_many(cursor, accepted, on)


def test_every_column_of_history_is_filled(db):
    told = Lodgement(
        importer=Party(id="XP1"), exporter=Party(id="XP2"), declarant=Party(id="XP8"),
        export_country="CN", low_value_regime="C07", items=(Item(commodity="85170000"),),
    )  # fmt: skip
    with connection.cursor() as cursor:
        (found,) = features_for(cursor, [told], DAY)
        found |= what_was_shown(cursor, [told], DAY)[0]
    columns = {column.name for column in HISTORY_COLUMNS} - _FLAGS_OF_LISTS
    assert columns - found.keys() == _OF_GOODS


def test_the_day_itself_does_not_count(both_databases):
    one = _lodgement(Random(4))
    with transaction.atomic(), connection.cursor() as cursor:
        before = features_for(cursor, [one], DAY)
        record_many(cursor, [Accepted(one, [5], 2)], DAY)
        history.forget()
        assert features_for(cursor, [one], DAY) == before
        assert features_for(cursor, [one], DAY + 1)[0]["route_declarations_365d"] == 1


def test_a_rollback_leaves_no_trace(both_databases):
    one = _lodgement(Random(4))
    with transaction.atomic(), connection.cursor() as cursor:
        record_many(cursor, [Accepted(one, [5], 2)], DAY)
        transaction.set_rollback(True)
    with transaction.atomic(), connection.cursor() as cursor:
        record_many(cursor, [Accepted(one, [5], 2)], DAY)
        assert features_for(cursor, [one], DAY + 1)[0]["route_declarations_365d"] == 1


def test_declared_data_of_any_length_and_script_is_counted(both_databases):
    strange = Party(id="X\0" + "é" * 9_000 + "\ud800")
    one = Lodgement(importer=strange, exporter=strange, declarant=strange, low_value_regime="C07")
    with transaction.atomic(), connection.cursor() as cursor:
        record_many(cursor, [Accepted(one, [], 2)], DAY)
        (features,) = features_for(cursor, [one], DAY + 1)
    assert features["importer_declarations_365d"] == 1
    assert features["importer_aeo_active"] is False


def test_nobody_at_all_has_no_history(both_databases):
    with transaction.atomic(), connection.cursor() as cursor:
        assert features_for(cursor, [], DAY) == []
        record_many(cursor, [], DAY)
        (features,) = features_for(cursor, [Lodgement()], DAY)
    assert features == {"route_declarations_365d": 0}
