"""The bench's profile rows: peers agree, other workloads are taken, unequal results are told."""

from __future__ import annotations

import json

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from clearway.kernel.columns import encode
from clearway.kernel.features import SCHEMA
from clearway.kernel.profiles import ProfileSet
from clearway.proving.kernel_bench import peer_polars, peer_zen
from clearway.proving.kernel_bench.workload import (
    generated_items,
    generated_profiles,
    read_items,
    read_profiles,
)
from clearway.vocabulary.errors import InputUnusable

ITEMS = generated_items(3_000)


def test_peers_give_the_same_hits():
    profiles = ProfileSet.compile(generated_profiles(ITEMS, 90))
    found = profiles.hits_bulk(encode(ITEMS, SCHEMA, profiles.columns))
    assert sum(len(rows) for rows in found.rows) > 20
    for enums in (False, True):
        frame = peer_polars.frame(ITEMS, SCHEMA, profiles.columns, enums=enums)
        answer = frame.select(peer_polars.expressions(profiles, enums=enums))
        for place, rows in enumerate(found.rows):
            mask = answer[str(place)].fill_null(value=False).to_numpy()
            assert np.array_equal(np.flatnonzero(mask), rows), profiles.profiles[place].condition
    absent = frozenset(name for name in profiles.columns if ITEMS[name].null_count)
    by_graph, by_list = peer_zen.compiled(profiles, absent)
    for item in ITEMS.select(sorted(profiles.columns)).slice(0, 20).to_pylist():
        expected = profiles.hits(SCHEMA.row(item))
        assert by_graph(item) == by_list(item) == expected


def test_the_workload_is_the_same_every_time():
    assert generated_items(500).equals(generated_items(500))
    assert generated_profiles(ITEMS, 30) == generated_profiles(ITEMS, 30)


def test_items_and_profiles_of_the_reader(tmp_path):
    csv = tmp_path / "items.csv"
    csv.write_text("origin,net_mass,hs,route_new,own\nCN,1.5,0101,true,7\n,2,0102,false,8\n")
    table, schema = read_items(csv)
    assert table["net_mass"].to_pylist() == [1_500_000, 2_000_000]
    assert table["origin"].to_pylist() == ["CN", None]
    assert table["hs"].to_pylist() == ["0101", "0102"]
    parquet = tmp_path / "items.parquet"
    pq.write_table(pa.table({"customs_value": [2.25, None], "own": [1, 2]}), parquet)
    brought, schema = read_items(parquet)
    assert brought["customs_value"].to_pylist() == [2_250, None]
    entries = [{"code": "X", "condition": "own = 2"}, "customs_value > 2"]
    listed = tmp_path / "profiles.json"
    listed.write_text(json.dumps(entries))
    compiled = ProfileSet.compile(read_profiles(listed), schema)
    hits = compiled.hits_bulk(encode(brought, schema)).rows
    assert [rows.tolist() for rows in hits] == [[1], [0]]
    toml = tmp_path / "profiles.toml"
    toml.write_text('[[profile]]\ncode = "T"\ncondition = "route_new"\n')
    assert read_profiles(toml)[0].code == "T"


def test_a_workload_that_cannot_be_read_is_refused(tmp_path):
    bad = tmp_path / "items.csv"
    bad.write_text("net_mass\n1.00000001\n")
    with pytest.raises(InputUnusable, match="decimals"):
        read_items(bad)
    with pytest.raises(InputUnusable):
        read_profiles(tmp_path / "none.toml")
