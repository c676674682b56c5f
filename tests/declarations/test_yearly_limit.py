"""A low-value declaration that is cancelled gives back what it had used of its buyer's year."""

from __future__ import annotations

from django.db import connection

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
    assert on_invalidated(mrn) == 100_000
    assert used(border) == 30_000
    assert on_invalidated("26XP0000000000000A1") == 0
    assert Declaration.objects.get(mrn=other).state != "invalidated"


def test_an_ordinary_declaration_gives_nothing_back(border):
    mrn = border.lodged(type_code="IMD")
    assert on_invalidated(mrn) == 0
