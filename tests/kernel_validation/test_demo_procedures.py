"""The demo country's procedures have terms of their own, so that the rules on them speak."""

from __future__ import annotations

import pytest

from clearway.kernel.lodgement import Item, Lodgement, PreviousDocumentRow
from clearway.kernel.validation import validate
from clearway.packs import demo_pack, load
from clearway.vocabulary.dates import day_from_iso

RULES_ON_PROCEDURES = {
    *("CLW3601", "CLW3602", "CLW3603", "CLW4101", "CLW4102", "CLW4103", "CLW4104"),
}


@pytest.fixture(scope="module")
def demo():
    return load(demo_pack())


@pytest.mark.parametrize(
    ("requested", "previous", "additional", "told"),
    [
        ("40", "00", ("000",), set()),
        ("40", "71", (), set()),
        ("10", "00", (), {"CLW3601"}),
        ("40", "10", (), {"CLW3602"}),
        ("40", "00", ("000", "B02"), {"CLW3603"}),
        ("61", "21", ("B02",), {"CLW4101"}),
        ("51", "00", (), {"CLW4102", "CLW4103"}),
        ("71", "00", (), {"CLW4102", "CLW4104"}),
    ],
)
def test_what_a_procedure_asks_for(demo, requested, previous, additional, told):
    item = Item(procedure=requested, previous_procedure=previous, additional_procedures=additional)
    lodgement = Lodgement(
        type_code="IMA",
        direction="IM",
        function_code="9",
        legal_date=day_from_iso("2026-03-03"),
        items=(item,),
    )
    found = {finding.rule for finding in validate(lodgement, demo)}
    assert found & RULES_ON_PROCEDURES == told


def test_what_is_asked_for_can_be_given(demo):
    item = Item(procedure="51", previous_procedure="71", additional_procedures=("A04",))
    lodgement = Lodgement(
        type_code="IMA",
        direction="IM",
        function_code="9",
        legal_date=day_from_iso("2026-03-03"),
        items=(item,),
        authorisations=(("XP4881920460", "IPO"),),
        guarantees=(("1", "26XP0001"),),
        previous_documents=(PreviousDocumentRow(1, "Z", "MRN", "26XP00000000123408"),),
    )
    found = {finding.rule for finding in validate(lodgement, demo)}
    assert not found & RULES_ON_PROCEDURES
