"""Features of the goods, from the line to the queue: perishable first, and a differing report."""

from __future__ import annotations

import pytest
from tests.declarations.conftest import border  # noqa: F401 - fixtures

from clearway.assessment.models import Hit
from clearway.cargo.models import TransportDocument
from clearway.clearance import queries
from clearway.declarations.models import Declaration
from clearway.declarations.queries import current_version, lodgement_of

pytestmark = pytest.mark.django_db(transaction=True)


def features(mrn):
    return lodgement_of(current_version(Declaration.objects.get(mrn=mrn))).features


def test_perishable_goods_come_first_in_the_queue_and_in_no_lighter_lane(border):  # noqa: F811
    border.report("HBL-3")
    TransportDocument.objects.update(perishable=True)
    first = border.lodged(document="HBL-1")
    by_code = border.lodged(document="HBL-2", commodity="03021100")
    by_report = border.lodged(document="HBL-3")
    assert [features(mrn)["perishable"] for mrn in (first, by_code, by_report)] == [
        False, True, True,
    ]  # fmt: skip
    assert [features(mrn).get("cargo_mismatch") for mrn in (first, by_code, by_report)] == [
        None, None, False,
    ]  # fmt: skip
    in_order = queries.in_order(Declaration.objects.all())
    assert [one.mrn for one in in_order] == [by_code, by_report, first]


def test_a_report_that_comes_later_moves_the_declaration_up(border):  # noqa: F811
    from clearway.intake import matching

    first, second = border.lodged(document="HBL-1"), border.lodged(document="HBL-2")
    border.report("HBL-2")
    TransportDocument.objects.update(perishable=True)
    assert matching.on_document_reported("HBL-2") == 1
    in_order = queries.in_order(Declaration.objects.all())
    assert [one.mrn for one in in_order] == [second, first]


def test_a_report_that_tells_otherwise_is_for_officers(border):  # noqa: F811
    border.report("HBL-1", packages=10, kilograms=120)
    mrn = border.lodged(document="HBL-1")  # all ten packages, and 100 kg
    found = features(mrn)
    assert found["cargo_mismatch"] is True
    assert found["cargo_differs"] == "gross_mass=100000000/120000000"
    assert "CG-001" in set(Hit.objects.values_list("profile", flat=True))
    for path in (f"/declarations/{mrn}", f"/declarations/{mrn}/assessment"):
        told = border.ask("trader", "get", path).content
        assert b"cargo_differs" not in told
        assert b"CG-001" not in told
        assert b"120000000" not in told
