"""Records → Arrow tables → records is equality, on both doors of the kernel."""

import types
import typing
from enum import Enum

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from clearway.kernel.assess import assess
from clearway.kernel.decisions import Decision
from clearway.kernel.lodgement import Lodgement
from clearway.kernel.tables import (
    BATCH_SCHEMAS,
    DECISION_SCHEMAS,
    KERNEL_VERSION,
    Batch,
    Decisions,
)
from clearway.vocabulary.errors import InputUnusable

TEXT = st.text(st.characters(codec="utf-8"), max_size=4)
NUMBER = st.integers(-(2**80), 2**80) | st.integers(-5, 5)
PLAIN = {types.NoneType: st.none(), bool: st.booleans(), int: NUMBER, str: TEXT}
QUICK = settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


def any_of(annotation):
    origin, arguments = typing.get_origin(annotation), typing.get_args(annotation)
    if origin in {types.UnionType, typing.Union}:
        return st.one_of(*[any_of(part) for part in arguments])
    if origin is tuple and arguments[-1] is not Ellipsis:
        return st.tuples(*[any_of(part) for part in arguments])
    if origin is tuple:
        return st.lists(any_of(arguments[0]), max_size=2).map(tuple)
    if origin is dict:
        return st.dictionaries(TEXT, any_of(arguments[1]), max_size=3)
    if annotation in PLAIN:
        return PLAIN[annotation]
    if issubclass(annotation, Enum):
        return st.sampled_from(annotation)
    return any_struct(annotation)


def any_struct(struct):
    hints = typing.get_type_hints(struct)
    drawn = {}
    for field in msgspec.structs.fields(struct):
        values = any_of(hints[field.name])
        if field.default is not msgspec.NODEFAULT:
            values = st.just(field.default) | values
        drawn[field.name] = values
    return st.fixed_dictionaries(drawn).map(lambda values: struct(**values))


@QUICK
@given(st.lists(any_struct(Lodgement), max_size=3))
def test_lodgements_survive_the_tables(lodgements):
    tables = Batch(lodgements).tables()
    assert {name: table.schema for name, table in tables.items()} == BATCH_SCHEMAS
    assert list(Batch.from_tables(tables)) == lodgements


@QUICK
@given(st.lists(any_struct(Decision), max_size=3))
def test_decisions_survive_the_tables(decisions):
    stamped = [
        # what profiles on trial hit stays with the record
        msgspec.structs.replace(
            one, kernel_version=KERNEL_VERSION, reference_hash="abc", shadow_hits=()
        )
        for one in decisions
    ]
    tables = Decisions(stamped, "abc").tables()
    assert {n: table.schema.remove_metadata() for n, table in tables.items()} == DECISION_SCHEMAS
    assert Decisions.from_tables(tables) == Decisions(stamped, "abc")


def test_tables_say_which_kernel_and_which_law(lodgements, reference):
    tables = assess(Batch(lodgements[:3]), reference).tables()
    for name, table in tables.items():
        assert table.schema.metadata == {
            b"kernel_version": KERNEL_VERSION.encode(),
            b"reference_hash": reference.hash.encode(),
            b"table": name.encode(),
        }


def test_assessing_from_tables_is_assessing(lodgements, reference):
    batch = Batch(lodgements[:20])
    assert assess(Batch.from_tables(batch.tables()), reference) == assess(batch, reference)


@pytest.mark.parametrize("name", sorted(BATCH_SCHEMAS))
def test_a_missing_table_or_column_is_named(name):
    tables = Batch([Lodgement()]).tables()
    with pytest.raises(InputUnusable, match=name):
        Batch.from_tables({key: table for key, table in tables.items() if key != name})
    column = tables[name].column_names[-1]
    with pytest.raises(InputUnusable, match=column):
        Batch.from_tables({**tables, name: tables[name].drop_columns([column])})


def test_rows_of_another_batch_are_refused():
    tables = Batch([Lodgement(), Lodgement(statements=(("a", "b"),))]).tables()
    fewer = {**tables, "declarations": tables["declarations"].slice(1)}
    with pytest.raises(InputUnusable, match="count 0, 1, 2"):
        Batch.from_tables(fewer)
