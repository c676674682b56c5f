"""Lists: what an entry must say, two persons, and versions imported whole or not at all."""

from __future__ import annotations

import gzip
import os
from datetime import date
from pathlib import Path

import pytest
from tests.intelligence.conftest import ALT, SDN, trader, wanted

from clearway.intelligence import accounts, importing, ofac, queries, watchlists
from clearway.intelligence.accounts import Line, Part
from clearway.intelligence.keys import Key
from clearway.intelligence.models import Entry, EntryKey, EntryName, ListVersion
from clearway.vocabulary.errors import DataRefused, StateForbids

OPEN_DATA = Path(os.environ.get("CLEARWAY_OPEN_DATA", "../shared/data"))


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"reason": " "}, "/body/reason"),
        ({"name": ""}, "/body/name"),
        ({"ends": date(2026, 3, 1)}, "/body/ends"),
        ({"ends": date(2026, 3, 3)}, "/body/ends"),
        ({"ends": date(2036, 3, 3)}, "/body/ends"),
        ({"effect": "kill"}, "/body/effect"),
        ({"kind": "container"}, "/body/keys"),
        ({"keys": (Key("colour", "red"),)}, "/body/keys/0"),
    ],
)
def test_an_entry_without_reason_or_end_is_refused(house, changes, pointer):
    with pytest.raises(DataRefused) as refused:
        watchlists.propose(house.boss, "own", wanted(**changes))
    assert pointer in dict(refused.value.faults)
    assert not Entry.objects.exists()


def test_what_stops_goods_takes_a_second_person(house):
    row = watchlists.propose(house.boss, "own", wanted())
    assert row.state == "proposed"
    with pytest.raises(StateForbids, match="second person"):
        watchlists.decide(house.boss, row.pk, approve=True, reason="I say so")
    assert watchlists.decide(house.second, row.pk, approve=True, reason="Yes").state == "in_force"
    with pytest.raises(StateForbids, match="no decision"):
        watchlists.decide(house.second, row.pk, approve=False, reason="No")
    assert watchlists.end(house.boss, row.pk, "Settled").state == "ended"
    alert = watchlists.propose(house.boss, "own", wanted(effect="alert"))
    assert alert.state == "in_force"


def _import(house, sdn=SDN, alt=ALT, label="2026-03-01"):
    return importing.propose(
        house.boss, "sdn", sdn=sdn, alt=alt, label=label, published=date(2026, 3, 1),
        reason="Weekly",
    )  # fmt: skip


def test_a_sanctions_list_counts_when_a_second_person_approves_it(house):
    version = _import(house)
    assert (version.added, version.changed, version.removed) == (3, 0, 0)
    assert not Entry.objects.exists()
    with pytest.raises(StateForbids, match="second person"):
        importing.decide(house.boss, "sdn", 1, approve=True, reason="Mine")
    with pytest.raises(StateForbids, match="waits for its approval"):
        _import(house)
    importing.decide(house.second, "sdn", 1, approve=True, reason="As published")
    person = Entry.objects.get(number="7713")
    assert (person.kind, person.name, person.effect) == ("person", "KRSTIC, Radislav", "stop")
    keys = EntryKey.objects.filter(entry=person).values_list("kind", "value")
    assert sorted(keys) == [
        ("birth", "1948-02-15"), ("country", "RS"), ("identity", "1234567"),
    ]  # fmt: skip
    ship = Entry.objects.get(number="15036")
    assert set(EntryKey.objects.filter(entry=ship).values_list("kind", "compared")) == {
        ("means", "9187629"), ("means", "T2EU4"), ("country", "IR"),
    }  # fmt: skip
    names = EntryName.objects.filter(entry__number="36").values_list("kind", "name")
    assert list(names) == [("primary", "AEROCARIBBEAN AIRLINES"), ("aka", "AERO-CARIBBEAN")]
    with pytest.raises(StateForbids, match="imported entry"):
        watchlists.end(house.boss, person.pk, "No longer")
    with pytest.raises(StateForbids, match="by hand"):
        watchlists.propose(house.boss, "sdn", wanted())


def test_the_next_version_says_what_it_adds_changes_and_removes(house):
    _import(house)
    importing.decide(house.second, "sdn", 1, approve=True, reason="As published")
    kept = Entry.objects.get(number="7713").pk
    newer = SDN.replace(b"IMO 9187629", b"IMO 9187630").replace(b"36,", b"37,", 1)
    version = _import(house, newer, ALT.replace(b"36,", b"37,"), "2026-03-02")
    assert accounts.account_of(version) == accounts.Account(
        (Line("37", "AEROCARIBBEAN AIRLINES", "organisation"),),
        (Line("15036", "ARTAVIL", "conveyance", (
            Part("keys", "9187629", "9187630"),
            Part("remarks", "Vessel Registration Identification IMO 9187629.",
                 "Vessel Registration Identification IMO 9187630."),
        )),),
        (Line("36", "AEROCARIBBEAN AIRLINES", "organisation"),),
    )  # fmt: skip
    version.told = b'{"added":["37"],"changed":[],"removed":["36"]}'  # as it was kept before
    assert accounts.account_of(version) == accounts.Account((Line("37"),), (), (Line("36"),))
    importing.decide(house.second, "sdn", 2, approve=True, reason="As published")
    live = Entry.objects.filter(state="in_force")
    assert sorted(live.values_list("number", flat=True)) == ["15036", "37", "7713"]
    assert live.get(number="7713").pk == kept  # what did not change is not touched
    assert Entry.objects.filter(state="ended").count() == 2
    assert queries.watchlist("sdn").in_force == 2
    states = ListVersion.objects.order_by("number").values_list("state", flat=True)
    assert list(states) == ["superseded", "in_force"]


@pytest.mark.parametrize(
    ("sdn", "alt", "place"),
    [
        (SDN.replace(b'"CUBA",-0- ,', b'"CUBA",'), ALT, "sdn.csv, line 1, column 11 (Vess_owner)"),
        (SDN.replace(b"7713,", b"77x3,"), ALT, "sdn.csv, line 2, column 1 (ent_num)"),
        (SDN.replace(b"7713,", b"36,"), ALT, "sdn.csv, line 2, column 1 (ent_num)"),
        (SDN.replace(b'"individual"', b'"alien"'), ALT, "sdn.csv, line 2, column 3 (SDN_Type)"),
        (SDN.replace(b'"ARTAVIL"', b"-0-"), ALT, "sdn.csv, line 3, column 2 (SDN_Name)"),
        (SDN, ALT.replace(b"36,", b"99,", 1), "alt.csv, line 1, column 1 (ent_num)"),
        (SDN, ALT.replace(b"aka", b"xxx"), "alt.csv, line 1, column 3 (alt_type)"),
        (SDN, b'36,12,"aka","AERO', "alt.csv, line 1, column 1"),
        (b"", b"", "sdn.csv, line 1, column 1 (ent_num)"),
        (b"\x00" * 40, b"", "sdn.csv, line 1, column 1 (ent_num)"),
        (b"<html>Not found</html>", b"", "sdn.csv, line 1, column 1 (ent_num)"),
    ],
)
def test_a_broken_file_is_refused_by_line_and_column_and_leaves_nothing(house, sdn, alt, place):
    with pytest.raises(DataRefused, match="nothing of it was imported") as refused:
        _import(house, sdn, alt)
    assert refused.value.where == place
    assert not ListVersion.objects.exists()


def test_the_published_list_is_read_whole():
    folder = OPEN_DATA / "watchlists"
    if not folder.exists():
        pytest.skip("the open data are not here")
    read = [
        gzip.decompress((folder / f"ofac_{name}.csv.gz").read_bytes()) for name in ("sdn", "alt")
    ]
    listed = ofac.read(*read)
    assert len(listed) == 7379
    assert sum(len(one.names) for one in listed) == 7379 + 9682
    by_number = {one.number: one for one in listed}
    assert by_number["15036"].keys[0] == Key("means", "9187629")
    assert Key("identity", "K357514(4)") in by_number["11275"].keys


def test_a_key_of_a_trader_is_compared_without_its_dress(house):
    row = house.listed(keys=trader("xp-100 000"))
    assert EntryKey.objects.get(entry=row).compared == "XP100000"
