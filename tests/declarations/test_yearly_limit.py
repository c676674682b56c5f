"""Each declaration counts once in its buyer's year and in its parties' history: as it last was."""

from __future__ import annotations

import pytest
from django.db import connection
from tests.declarations.conftest import a_message

from clearway.declarations.models import Declaration
from clearway.intake.undoing import on_invalidated
from clearway.traders.yearly_limit import used_many


def used(border):
    from clearway.declarations import queries
    from clearway.traders.identities import buyer_of

    lodgement = queries.lodgement_of(queries.current_version(Declaration.objects.latest("id")))
    buyer = buyer_of(lodgement)
    with connection.cursor() as cursor:
        return used_many(cursor, [buyer], 2026)[buyer]


def test_what_was_used_of_the_year_comes_back(border):
    mrn = border.lodged(price="100.00", additional=("C08",), lrn="P-1", type_code="IMD")
    assert Declaration.objects.get(mrn=mrn).kind == "low_value"
    assert used(border) == 100_000
    other = border.lodged(price="30.00", additional=("C08",), lrn="P-2", document="HBL-2")
    assert used(border) == 130_000
    body = {"reason": "Returned"}
    assert border.ask("trader", "post", f"/declarations/{mrn}/cancellation", body).status == 200
    assert on_invalidated(mrn, border.clock.now()) == 100_000
    assert used(border) == 30_000
    assert on_invalidated("26XP0000000000000A1", border.clock.now()) == 0
    assert Declaration.objects.get(mrn=other).state != "invalidated"


def test_an_ordinary_declaration_gives_nothing_back(border):
    mrn = border.lodged(type_code="IMD")
    assert on_invalidated(mrn, border.clock.now()) == 0


def amend(border, mrn, **changes):
    path = f"/declarations/{mrn}/amendments?reason=Price"
    return border.ask("trader", "post", path, a_message(**changes))


PARCEL = {"additional": ("C08",), "lrn": "P-1", "type_code": "IMD"}


def test_an_amended_parcel_uses_what_its_last_version_says(border):
    mrn = border.lodged(price="100.00", **PARCEL)
    for price, left in (("60.00", 60_000), ("140.00", 140_000)):
        assert amend(border, mrn, price=price, **PARCEL).status == 200
        assert used(border) == left
    assert border.ask("trader", "post", f"/declarations/{mrn}/presentation").status == 200
    assert used(border) == 140_000
    assert on_invalidated(mrn, border.clock.now()) == 140_000
    assert used(border) == 0


def test_a_year_that_is_full_but_for_the_parcel_itself_takes_its_amendment(border):
    limit = yearly_limit()
    first = border.lodged(price="100.00", **PARCEL)
    fill(border, limit - 100_000)
    assert used(border) == limit
    assert amend(border, first, price="99.00", **PARCEL).status == 200
    assert used(border) == limit - 1_000


def test_an_amendment_beyond_the_year_leaves_the_regime(border):
    limit = yearly_limit()
    first = border.lodged(price="100.00", **PARCEL)
    fill(border, limit - 100_000)
    answer = amend(border, first, price="101.00", **PARCEL)
    assert (answer.status, answer.rules) == (200, ["CLW7004"])
    assert used(border) == limit - 100_000


def yearly_limit():
    from clearway import packs

    reference = packs.load(packs.demo_pack())
    (regime,) = [one for one in reference.low_value_regimes if one.yearly_limit is not None]
    return int(regime.yearly_limit * 10 ** (3 - reference.exponent))


def fill(border, amount):
    """Let the buyer of the last declaration have used more of his year."""
    from clearway.declarations import queries
    from clearway.traders.identities import buyer_of
    from clearway.traders.yearly_limit import use_yearly_limit

    lodgement = queries.lodgement_of(queries.current_version(Declaration.objects.latest("id")))
    with connection.cursor() as cursor:
        assert use_yearly_limit(cursor, buyer_of(lodgement), 2026, amount, None)


def history(border):
    """Return the declarations and the value that tomorrow's features tell of the importer."""
    from clearway.declarations import queries
    from clearway.traders import history as tallies
    from clearway.vocabulary.dates import days_of

    history_of = queries.lodgement_of(queries.current_version(Declaration.objects.earliest("id")))
    tallies.forget()
    with connection.cursor() as cursor:
        tomorrow = days_of(border.clock.now().date()) + 1
        (found,) = tallies.features_for(cursor, [history_of], tomorrow)
    tallies.forget()
    return found["importer_declarations_365d"], found["importer_value_365d"]


@pytest.mark.parametrize("days", [0, 3])
def test_history_holds_the_last_version_once(border, days):
    mrn = border.lodged(type_code="IMD", lrn="L-1", price="10000.00")
    border.lodged(lrn="L-2", document="HBL-2", price="500.00")
    assert history(border) == (2, 10_500_000)
    border.later(days=days)
    assert amend(border, mrn, type_code="IMD", lrn="L-1", price="12000.00").status == 200
    assert history(border) == (2, 12_500_000)
    assert border.ask("trader", "post", f"/declarations/{mrn}/presentation").status == 200
    assert history(border) == (2, 12_500_000)
    border.later(days=days)
    on_invalidated(mrn, border.clock.now())
    assert history(border) == (1, 500_000)


def test_what_changed_today_is_known_from_tomorrow_on(border):
    from clearway.declarations import queries
    from clearway.traders import history as tallies
    from clearway.vocabulary.dates import days_of

    mrn = border.lodged(type_code="IMD", lrn="L-1")
    border.later(days=1)
    lodgement = queries.lodgement_of(queries.current_version(Declaration.objects.get(mrn=mrn)))

    def today():
        tallies.forget()
        with connection.cursor() as cursor:
            day = days_of(border.clock.now().date())
            return tallies.features_for(cursor, [lodgement], day)

    before = today()
    assert amend(border, mrn, type_code="IMD", lrn="L-1", price="12000.00").status == 200
    assert today() == before
