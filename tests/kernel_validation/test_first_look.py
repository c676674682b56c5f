"""The first look proves rules silent; the plain run of every rule must find the same."""

from __future__ import annotations

import random

import msgspec
import pytest

from clearway.kernel.lodgement import (
    Charge,
    DocumentRow,
    Item,
    Lodgement,
    Party,
    PreviousDocumentRow,
    SuppliedTax,
)
from clearway.kernel.validation import RULES, validate
from clearway.kernel.validation.case import _PRINTABLE_SUSPECT as IN_PRINT
from clearway.kernel.validation.case import _SUSPECT as SUSPECT
from clearway.kernel.validation.case import Case
from clearway.kernel.validation.first_look import signs_of
from clearway.kernel.validation.law import law_of
from clearway.kernel.validation.signs import RATES, WOKEN_BY

TEXTS = (
    *("", "IM", "EX", "CO", "VN", "CN", "XX", "USD", "VND", "TND", "P40", "P71", "P51", "P10"),
    *("100", "200", "120", "F15", "000", "1", "2", "10", "40", "11", "9", "CSQU3054383"),
    *("CSQU3054384", "85044000", "85043400", "85043300", "7701", "KGM", "NAR", "LTR", "BX"),
    *("705", "MRN", "740", "N740", "N935", "C001", "AC", "090001", "VN0001", "VN0009", "VN0010"),
    *("FOB", "CIF", "EXW", "CFR", "020-12345675", "020-12345676", "IMO 9074729", "9074728"),
    *("VN123", "7", "VN 1", "Goods", "general cargo", "Merchandise as per invoice", "=1+1", "@x"),
    *(" ", "-2|x", "\u200b", "\u202eabc", "Vi\u1ec7t", "Vie\u0323\u0302t", "１２３", "x" * 20),
    *("x" * 36, "x" * 71, "x" * 300, "x" * 513, "20260303", "2026-03-03", "20260304120000", "304"),
    *("25000", "0.00004", "1263", "126", "6VN123-A", "26VN00000000123404", "26VN00000000123405"),
)  # fmt: skip
NUMBERS = (
    *(None, 0, 1, 2, -1, 10, 500, 1_000, 1_001, 999_999, 1_000_000, 1_500_000, 6_000_000_000),
    *(20_000_000, 40_000_000, 10**8, 10**16, 10**16 - 1, -(10**16), 2**63, 20_515, 20_514, 20_516),
)  # fmt: skip
MAKERS = {
    tuple[Charge, ...]: Charge,
    tuple[SuppliedTax, ...]: SuppliedTax,
    tuple[DocumentRow, ...]: DocumentRow,
    tuple[PreviousDocumentRow, ...]: PreviousDocumentRow,
}


def drawn(kind, chance, now=None):
    """A value of a field's type; numbers stay near what stood there, so that sums may hold."""
    if kind is str:
        return chance.choice(TEXTS)
    if kind in {bool, int}:
        return kind(chance.choice(NUMBERS) or 0)
    if kind == int | None:
        near = [] if now is None else [now, now + 1, now - 1, now * 2, -now]
        return chance.choice([*near, *NUMBERS])
    if kind is Party or kind == Party | None:
        return chance.choice([None, made(Party, chance)])
    if kind == tuple[str, ...]:
        return tuple(chance.choices(TEXTS, k=chance.randrange(3)))
    if kind == tuple[int, ...]:
        return ()
    if kind == tuple[tuple[str, str], ...]:
        return tuple(tuple(chance.choices(TEXTS, k=2)) for _ in range(chance.randrange(3)))
    maker = MAKERS[kind]
    return tuple(made(maker, chance) for _ in range(chance.randrange(3)))


def made(struct, chance):
    """A record of any values; a row hangs on the declaration or on one of the first items."""
    values = {
        field.name: chance.randrange(3) if field.name == "item" else drawn(field.type, chance)
        for field in msgspec.structs.fields(struct)
    }
    return struct(**values)


LEFT_ALONE = {"features", "form_findings", "items", "consignment_key", "low_value_regime"}
FIELDS = [f for f in msgspec.structs.fields(Lodgement) if f.name not in LEFT_ALONE]
ITEM_FIELDS = msgspec.structs.fields(Item)


def changed(row, fields, chance):
    field = chance.choice(fields)
    now = getattr(row, field.name)
    if chance.random() < 0.25 and isinstance(now, tuple) and now:
        return msgspec.structs.replace(row, **{field.name: (*now, now[0])})
    return msgspec.structs.replace(row, **{field.name: drawn(field.type, chance, now)})


def mutated(lodgement, chance):
    """The declaration with one to four data of it, or of its items, changed at random."""
    for _ in range(chance.randint(1, 4)):
        if lodgement.items and chance.random() < 0.6:
            items = list(lodgement.items)
            place = chance.randrange(len(items))
            if chance.random() < 0.1:
                items.append(items[place])
            else:
                items[place] = changed(items[place], ITEM_FIELDS, chance)
            lodgement = msgspec.structs.replace(lodgement, items=tuple(items))
        else:
            lodgement = changed(lodgement, FIELDS, chance)
    return lodgement


@pytest.mark.parametrize("seed", range(6))
def test_the_quick_run_finds_what_the_plain_run_finds(make, law, seed):
    chance = random.Random(seed)
    other = make.reference(
        settings={
            "validation.mass_tolerance": "1",
            "validation.description_letters": "5",
            "validation.party_scheme": "none",
            "validation.stop_list": "parts; hàng hóa",
            "severity.CLW3104": "warning",
        }
    )
    bare = make.reference(code_lists={}, commodities={})
    clean = make.lodgement()
    spoke = set()
    for turn in range(700):
        lodgement = mutated(clean, chance)
        for reference in (law, other, bare) if turn % 4 == 0 else (law,):
            plain = validate(lodgement, reference, every_rule=True)
            assert validate(lodgement, reference) == plain, lodgement
            spoke |= {finding.rule for finding in plain}
    assert len(spoke) > 60, "the changes are to reach most rules"


def test_a_clean_declaration_wakes_only_what_must_be_compared(make, law):
    assert signs_of(Case(make.lodgement(), law_of(law))) == RATES
    silent = make.lodgement(exchange_rates=())
    assert signs_of(Case(silent, law_of(law))) == 0


def test_every_number_among_the_signs_is_a_rule():
    numbers = {rule.number for rule in RULES}
    assert numbers.issuperset(WOKEN_BY)
    unlisted = [
        rule.number for rule in RULES if not rule.only_misfits and rule.number not in WOKEN_BY
    ]
    assert unlisted == []


def test_printable_text_is_searched_for_every_suspect_sign_that_can_be_printed():
    every = map(chr, range(0x11_0000))
    printable = {sign for sign in every if sign.isprintable() and SUSPECT.match(sign)}
    assert printable == {sign for sign in map(chr, range(0x11_0000)) if IN_PRINT.match(sign)}
