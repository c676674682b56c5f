"""What a lodgement is, whether we can take it, what names it, which day rules."""

from __future__ import annotations

from datetime import UTC, datetime

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from clearway.declarations import rules
from clearway.kernel.lodgement import (
    DocumentRow,
    Item,
    Lodgement,
    Party,
    PreviousDocumentRow,
)
from clearway.kernel.reference import Reference
from clearway.packs import demo_pack, load
from clearway.vocabulary.dates import day_from_iso
from clearway.vocabulary.identifiers import check_mrn


@pytest.fixture(scope="module")
def portolan() -> Reference:
    return load(demo_pack())


def an_import(**changes: object) -> Lodgement:
    plain = {
        "lrn": "LRN-1",
        "type_code": "IMA",
        "direction": "IM",
        "additional_type": "A",
        "declarant": Party("XP1234567890"),
        "importer": Party("XP0987654321"),
        "exporter": Party(name="Exporter"),
        "items": (Item(commodity="61091000", procedure="40", packages=10, gross_mass=5_000_000),),
        "previous_documents": (PreviousDocumentRow(0, "X", "714", "HBL-1"),),
    }
    return Lodgement(**{**plain, **changes})  # type: ignore[arg-type]


def of_type(code: str) -> Lodgement:
    return an_import(type_code=code, direction=code[:2], additional_type=code[2:3])


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("IM", "standard"), ("IMA", "standard"), ("IMD", "prelodged"), ("IMB", "simplified"),
        ("IMC", "simplified"), ("IMF", "simplified"), ("IMY", "supplementary"), ("IMQ", ""),
        ("EXD", "prelodged"),
    ],
)  # fmt: skip
def test_the_third_letter_says_the_kind(code: str, kind: str, portolan: Reference) -> None:
    assert rules.kind_of(of_type(code), portolan) == kind


def test_a_claimed_regime_makes_it_low_value(portolan: Reference) -> None:
    item = Item(commodity="61091000", procedure="40", additional_procedures=("C07",))
    assert rules.kind_of(an_import(items=(item,)), portolan) == "low_value"
    both = (item, Item(commodity="61091000", procedure="40"))
    assert rules.kind_of(an_import(items=both), portolan) == "standard"


def test_what_is_built_is_not_refused(portolan: Reference) -> None:
    assert rules.refusal_of(an_import(), portolan) == ()


@pytest.mark.parametrize(
    ("code", "number"),
    [("T1", "CLW4321"), ("COA", "CLW4322"), ("IMZ", "CLW4327")],
)
def test_what_is_not_built_is_refused_by_its_name(
    code: str, number: str, portolan: Reference
) -> None:
    found = rules.refusal_of(of_type(code), portolan)
    assert [(one.rule, one.pointer) for one in found] == [(number, "42A:D013")]


@pytest.mark.parametrize(
    ("procedure", "number"),
    [
        ("51", "CLW4323"), ("53", "CLW4324"), ("71", "CLW4325"), ("78", "CLW4325"),
        ("01", "CLW4322"), ("80", "CLW4321"),
    ],
)  # fmt: skip
def test_a_special_procedure_is_refused_at_its_item(
    procedure: str, number: str, portolan: Reference
) -> None:
    items = (Item(procedure="40"), Item(procedure=procedure))
    (found,) = rules.refusal_of(an_import(items=items), portolan)
    assert (found.rule, found.item, found.pointer) == (number, 2, "42A/67A/68A[2]/70A:166")


def test_codes_that_the_pack_does_not_know_are_the_kernels(portolan: Reference) -> None:
    assert rules.refusal_of(an_import(items=(Item(procedure="QQ"),)), portolan) == ()
    assert rules.refusal_of(of_type("IMQ"), portolan) == ()


def test_a_message_of_another_function_is_no_lodging(portolan: Reference) -> None:
    found = rules.refusal_of(an_import(function_code="13", id="26XP1"), portolan)
    assert [one.rule for one in found] == ["CLW4314", "CLW4315"]
    assert rules.refusal_of(an_import(function_code="13"), portolan, original=False) == ()


def test_stock_is_written_off_the_house_document() -> None:
    lodgement = an_import(
        previous_documents=(
            PreviousDocumentRow(0, "X", "704", "MASTER"),
            PreviousDocumentRow(0, "Z", "380", "INVOICE"),
        ),
        documents=(DocumentRow(1, "N714", "HOUSE"),),
    )
    found = rules.transport_document(lodgement)
    assert found is not None
    assert (found.reference, found.field, found.i, found.n) == (
        "HOUSE", "items.documents.reference", 1, 1,
    )  # fmt: skip
    assert rules.transport_document_of(an_import(previous_documents=())) == ""


def test_one_consignment_has_one_fingerprint_whatever_its_reference() -> None:
    first = rules.fingerprint(an_import())
    assert len(first) == 16
    assert rules.fingerprint(an_import(lrn="LRN-2", declarant=Party("XP5"))) == first
    assert rules.fingerprint(an_import(direction="EX")) != first
    assert rules.fingerprint(an_import(importer=Party("XP5"))) != first
    assert rules.fingerprint(an_import(ucr="6XP1")) != first
    assert rules.fingerprint(an_import(additional_type="Y")) != first
    heavier = msgspec.structs.replace(an_import().items[0], gross_mass=5_000_001)
    assert rules.fingerprint(an_import(items=(heavier,))) != first


@given(st.permutations(range(4)))
def test_the_order_of_items_does_not_matter(order: list[int]) -> None:
    items = [Item(commodity=f"61{n}09100", packages=n, gross_mass=n) for n in range(4)]
    shuffled = tuple(items[place] for place in order)
    assert rules.fingerprint(an_import(items=shuffled)) == rules.fingerprint(
        an_import(items=tuple(items))
    )


def test_equal_goods_that_nothing_names_are_not_one_consignment() -> None:
    one, other = an_import(previous_documents=()), an_import(previous_documents=(), lrn="LRN-2")
    assert rules.fingerprint(one) != rules.fingerprint(other)


def test_an_mrn_is_one_for_one_reference() -> None:
    at = datetime(2026, 3, 3, 9, 15, tzinfo=UTC)
    mrn = rules.mrn_of("XP1", "LRN-1", at, "XP")
    assert check_mrn(mrn) is None
    assert mrn.startswith("26XP")
    assert len(mrn) == 18
    assert mrn == rules.mrn_of("XP1", "LRN-1", at, "XP")
    assert mrn != rules.mrn_of("XP1", "LRN-2", at, "XP")
    assert rules.mrn_of("XP1L", "RN", at, "XP") != rules.mrn_of("XP1", "LRN", at, "XP")


def test_an_mrn_is_the_installations_whatever_was_numbered_before(settings) -> None:
    def numbered(demo: bool) -> str:
        settings.DEMO = demo
        return rules.mrn_of("XP1", "LRN-1", datetime(2026, 3, 3, 9, 15, tzinfo=UTC), "XP")

    ours = numbered(False)
    assert numbered(True) == numbered(True) != ours
    assert numbered(False) == ours


def test_which_day_rules(portolan: Reference) -> None:
    received = datetime(2026, 7, 3, 23, 30, tzinfo=UTC)  # already the 4th in summer time
    presented = datetime(2026, 7, 9, 12, 0, tzinfo=UTC)
    ahead = of_type("IMD")
    assert rules.ruling_day(an_import(), portolan, received_at=received) == day_from_iso(
        "2026-07-04"
    )
    assert rules.ruling_day(ahead, portolan, received_at=received) == day_from_iso("2026-07-04")
    assert rules.ruling_day(
        ahead, portolan, received_at=received, presented_at=presented
    ) == day_from_iso("2026-07-09")
    named = msgspec.structs.replace(
        portolan, settings={**portolan.settings, "declarations.ruling_date": "lodgement"}
    )
    assert rules.ruling_day(
        ahead, named, received_at=received, presented_at=presented
    ) == day_from_iso("2026-07-04")
    assert rules.ruling_day(of_type("IMY"), portolan, received_at=received, supplemented_day=9) == 9


def test_the_supplementary_declaration_is_due_by_the_packs_days(portolan: Reference) -> None:
    assert rules.supplementary_due(an_import(), portolan, 100) is None
    assert rules.supplementary_due(of_type("IMC"), portolan, 100) == 110
    named = msgspec.structs.replace(portolan, settings={"declarations.supplementary_days": "3"})
    assert rules.supplementary_due(of_type("IMC"), named, 100) == 103


def test_the_states_in_which_a_declaration_begins() -> None:
    def first(code: str, **given: object) -> tuple[str, str, str]:
        usual = {"accepted": True, "lane": 0, "payable": 5, "reported": True}
        return tuple(rules.first_states(of_type(code), **{**usual, **given}))  # type: ignore[arg-type, return-value]

    assert first("IMA") == ("assessed", "reported", "assessed")
    assert first("IMA", lane=2, reported=False) == (
        "documents_requested", "unmatched", "assessed",
    )  # fmt: skip
    assert first("IMA", lane=3, payable=0) == ("under_control", "reported", "none")
    assert first("IMA", payable=None) == ("assessed", "reported", "assessed")
    assert first("IMD", lane=3) == ("received", "reported", "assessed")
    assert first("EXA") == ("assessed", "presented", "assessed")
    assert first("EXD", reported=False) == ("received", "unmatched", "assessed")
    assert first("IMY") == ("assessed", "none", "assessed")
    assert first("IMA", accepted=False) == ("rejected", "none", "none")
