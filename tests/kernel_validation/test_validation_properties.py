"""Validation over generated declarations: it never raises, and always says the same."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from clearway.kernel.lodgement import (
    Charge,
    DocumentRow,
    Item,
    Lodgement,
    Party,
    PreviousDocumentRow,
    SuppliedTax,
)
from clearway.kernel.permits import requirements
from clearway.kernel.pointers import POINTERS
from clearway.kernel.validation import validate, validate_batch
from clearway.kernel.validation.written import identifiers_of, strings_of, texts_of
from clearway.vocabulary.errors import PackRefused

TEXTS = st.one_of(
    st.sampled_from(["", "IM", "VN", "USD", "P40", "100", "1", "CSQU3054383", "85044000", "KGM"]),
    st.text(max_size=12),
    st.text(alphabet="\ud800\u202e\u200b\x00=１٣é\u0301", max_size=4),
)
NUMBERS = st.one_of(
    st.none(), st.sampled_from([0, 1, -1, 2**63, -(2**70), 10**30]), st.integers(-(10**9), 10**9)
)


def whole(numbers=NUMBERS):
    return numbers.map(lambda number: 0 if number is None else number)


def generated(struct, **own):
    """A strategy for a record: every field by its type, the given ones as told."""
    strategies = {}
    for field in msgspec.structs.fields(struct):
        if field.name in own:
            strategies[field.name] = own[field.name]
        elif field.type is str:
            strategies[field.name] = TEXTS
        elif field.type is int:
            strategies[field.name] = whole()
        elif field.type == int | None:
            strategies[field.name] = NUMBERS
        elif field.type == Party | None:
            strategies[field.name] = st.none() | generated(Party)
        elif field.type == tuple[str, ...]:
            strategies[field.name] = st.lists(TEXTS, max_size=3).map(tuple)
        elif field.type == tuple[int, ...]:
            strategies[field.name] = st.lists(whole(), max_size=3).map(tuple)
        elif field.type == tuple[tuple[str, str], ...]:
            strategies[field.name] = st.lists(st.tuples(TEXTS, TEXTS), max_size=3).map(tuple)
    return st.builds(struct, **strategies)


def rows(struct, **own):
    return st.lists(generated(struct, **own), max_size=3).map(tuple)


ITEMS = st.lists(generated(Item, charges=rows(Charge), taxes=rows(SuppliedTax)), max_size=3).map(
    tuple
)
PLACES = st.integers(0, 3)
LODGEMENTS = generated(
    Lodgement,
    items=ITEMS,
    charges=rows(Charge),
    documents=rows(DocumentRow, item=PLACES),
    previous_documents=rows(PreviousDocumentRow, item=PLACES),
    features=st.just({}),
)
SLOW = settings(max_examples=70, deadline=None, suppress_health_check=list(HealthCheck))


@SLOW
@given(lodgement=LODGEMENTS)
def test_whatever_is_declared_is_answered_and_answered_alike(law, lodgement):
    findings = validate(lodgement, law)
    assert validate(lodgement, law) == findings
    requirements(lodgement, law)
    pointers = [finding.pointer for finding in findings]
    assert all(pointer.startswith("42A") for pointer in pointers)
    for finding in findings:
        for _, value in finding.parameters:
            value.encode()


@settings(SLOW, max_examples=25)
@given(batch=st.lists(LODGEMENTS, max_size=3), order=st.randoms(use_true_random=False))
def test_neighbours_change_nothing(law, batch, order):
    alone = [validate(lodgement, law) for lodgement in batch]
    places = list(range(len(batch)))
    order.shuffle(places)
    shuffled = {place: validate(batch[place], law) for place in places}
    assert [shuffled[place] for place in range(len(batch))] == alone
    assert len(validate_batch(batch)) == len(batch)


@settings(SLOW, max_examples=25)
@given(lodgement=LODGEMENTS)
def test_the_first_look_sees_all_that_is_written(lodgement):
    """The buckets hold exactly what the walk with names and positions yields."""
    strings = strings_of(lodgement)
    walked = sorted(text for *_, text in (*texts_of(lodgement), *identifiers_of(lodgement)))
    assert sorted(text for bucket in strings for text in bucket if text) == walked
    marks = sorted(text for bucket in strings[:3] for text in bucket if text)
    assert marks == sorted(text for *_, text in identifiers_of(lodgement))


def test_every_field_of_a_lodgement_has_its_pointer():
    inner = {"consignment_key", "observed_on", "features", "low_value_regime", "items"}
    inner |= {"form_findings"}
    inner |= {"documents", "previous_documents"}
    fields = [field.name for field in msgspec.structs.fields(Lodgement)]
    assert [name for name in fields if name not in inner and name not in POINTERS] == []
    item_fields = [f"items.{field.name}" for field in msgspec.structs.fields(Item)]
    item_fields.remove("items.quota_granted")  # said by the record, never declared
    assert [name for name in item_fields if name not in POINTERS] == []
    for start, row in (("documents", DocumentRow), ("previous_documents", PreviousDocumentRow)):
        for field in msgspec.structs.fields(row):
            if field.name != "item":
                assert f"items.{start}.{field.name}" in POINTERS
                assert f"{start}.{field.name}" in POINTERS


def test_without_a_pack_list_its_rules_do_not_run(make):
    bare = make.reference(code_lists={}, commodities={})
    strange = make.lodgement(office="Q", items=(make.item(origin="XX"), make.second()))
    assert validate(strange, bare) == []


def test_unknown_is_told_even_without_a_day(make, law):
    lodgement = make.lodgement(legal_date=None, observed_on=None, office="VN7777")
    assert [finding.rule for finding in validate(lodgement, law)] == ["CLW2104", "CLW3506"]


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("validation.max_items", "many"),
        ("validation.mass_tolerance", "1,5"),
        ("validation.zone_required", "perhaps"),
        ("severity.CLW3103", "loud"),
    ],
)
def test_a_setting_that_cannot_be_read_names_itself(make, key, value):
    with pytest.raises(PackRefused) as caught:
        validate(make.lodgement(), make.reference(settings={key: value}))
    assert key in str(caught.value)


def test_settings_move_the_limits(make):
    def rules(lodgement, **settings):
        keys = {f"validation.{key}": value for key, value in settings.items()}
        return [f.rule for f in validate(lodgement, make.reference(settings=keys))]

    heavy = make.lodgement(total_gross_mass=6_010_000_000)
    assert rules(heavy) == ["CLW3104"]
    assert rules(heavy, mass_tolerance="10") == []
    assert rules(heavy, mass_tolerance_per_mille="2") == []
    dear = make.lodgement(invoice_amount=40_000_010)
    assert rules(dear, amount_tolerance="0.01") == []
    assert (
        rules(make.lodgement(exchange_rates=(("USD", "0.00004"),)), rate_form="unit_per_local")
        == []
    )
    assert (
        rules(make.lodgement(exchange_rates=(("USD", "25001"),)), rate_tolerance_per_million="40")
        == []
    )
    assert rules(make.with_item(description="Widgets"), stop_list="widgets; gadgets") == ["CLW3312"]
    assert rules(make.with_item(description="Samples")) == ["CLW3312"]
    assert rules(make.with_item(description="Samples"), stop_list_allows="samples") == []
    assert rules(make.lodgement(destination_country="LA"), home="VN;LA") == []
    odd = make.lodgement(carrier=Party("7"))
    assert rules(odd) == ["CLW3407"]
    assert rules(odd, party_scheme="none") == []
