"""Flags: exact keys and confirmed matches stop goods, a likeness of names never does."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import connection
from tests.declarations.conftest import a_message
from tests.intelligence.conftest import ALT, SDN, trader

from clearway.declarations.models import Declaration
from clearway.declarations.queries import current_version, lodgement_of
from clearway.intelligence import importing, matching, queries, watched, watchlists
from clearway.intelligence.keys import Key
from clearway.intelligence.models import Case, Hit, Match
from clearway.kernel.lodgement import Item, Lodgement, Party
from clearway.vocabulary.errors import StateForbids

DAY = 20_515  # 2026-03-03


def _features(mrn):
    return lodgement_of(current_version(Declaration.objects.get(mrn=mrn))).features


def test_a_party_known_by_its_number_is_red_and_the_officer_knows_by_which_entry(house):
    entry = house.listed(name="Atlas Trading SA", keys=trader("XP1000000001"))
    mrn = house.lodged()
    features = _features(mrn)
    assert features["importer_on_watchlist"] is True
    assert features["exporter_on_watchlist"] is False
    assert features["sanctions_match"] is False
    assert watched.entries_told(features) == [("importer", entry.pk)]
    row = Declaration.objects.get(mrn=mrn)
    assert row.lane == 3  # RED
    (hit,) = Hit.objects.filter(declaration=row.pk)
    assert (hit.entry_id, hit.flag) == (entry.pk, "importer")


def test_the_trader_is_told_no_word_of_a_list(house):
    house.listed(name="Atlas Trading SA", keys=trader("XP1000000001"))
    answer = house.border.lodge()
    told = str(answer.json) + str(
        house.border.ask("trader", "get", f"/declarations/{answer.json['mrn']}/assessment").json
    )
    assert answer.json["lane"] == "red"
    assert not [word for word in ("watch", "WL-0", "list") if word in told.lower()]


def test_a_name_alone_opens_a_case_and_stops_nothing(house):
    # The card's own pair: the list says NGUYEN VAN AN, the record Nguyễn Văn Ân.
    house.listed(kind="person", name="NGUYEN VAN AN", keys=(Key("birth", "1970-01-01"),))
    sent = a_message(lrn="VN-1").replace(b"Gulf Plastics Inc", "Nguyễn Văn Ân".encode())
    mrn = house.lodged(message=sent)
    features = _features(mrn)
    assert features["exporter_on_watchlist"] is False
    assert watched.ENTRIES not in features
    (match,) = Match.objects.all()
    assert (match.how, match.score, match.state) == ("name", 1000, "open")
    (case,) = Case.objects.filter(about="declaration", number=mrn)
    assert case.state == "new"
    assert not Hit.objects.exists()


def test_a_confirmed_match_counts_from_the_next_lodging_on(house):
    entry = house.listed(name="GULF PLASTICS")
    first = house.lodged()
    (match,) = Match.objects.all()
    matching.decide(house.officer, match.pk, confirm=True, reason="Same address")
    second = house.lodged(document="HBL-2")
    assert _features(first)["exporter_on_watchlist"] is False
    assert _features(second)["exporter_on_watchlist"] is True
    assert watched.entries_told(_features(second)) == [("exporter", entry.pk)]
    matching.decide(house.officer, match.pk, confirm=False, reason="Another Gulf")
    third = house.lodged(document="HBL-3")
    assert _features(third)["exporter_on_watchlist"] is False


def test_what_was_dismissed_is_not_shown_again_until_a_side_changes(house):
    row = house.listed(name="GULF PLASTICS")
    house.lodged()
    (match,) = Match.objects.all()
    matching.decide(house.officer, match.pk, confirm=False, reason="Another Gulf")
    with pytest.raises(StateForbids, match="decided so already"):
        matching.decide(house.officer, match.pk, confirm=False, reason="Again")
    mrn = house.lodged(document="HBL-2")
    assert Match.objects.get().state == "dismissed"
    assert not Case.objects.filter(number=mrn).exists()
    watchlists.end(house.boss, row.pk, "Renamed")
    house.listed(name="GULF PLASTICS OF TEXAS", aliases=("Gulf Plastic",))
    house.lodged(document="HBL-3")
    assert Match.objects.filter(state="open").count() == 1


def test_a_match_by_a_key_is_not_argued_about(house):
    house.listed(name="Atlas", keys=trader("XP1000000001"))
    house.lodged()
    match = Match.objects.get(how="exact")
    with pytest.raises(StateForbids, match="exact key"):
        matching.decide(house.officer, match.pk, confirm=False, reason="No")


def test_an_entry_counts_from_its_start_until_before_its_end(house):
    house.listed(keys=trader("XP9"), starts=date(2026, 3, 4), ends=date(2026, 3, 6))
    told = Lodgement(importer=Party(id="XP9"))
    found = [_of([told], day)[0]["importer_on_watchlist"] for day in range(DAY, DAY + 4)]
    assert found == [False, True, True, False]


def _of(lodgements, day=DAY):
    with connection.cursor() as cursor:
        return watched.flags_for(cursor, lodgements, day)


def test_items_means_and_sanctions_have_their_own_flags(house):
    house.listed(keys=trader("XP9"))
    house.listed(kind="container", name="Box", keys=(Key("container", "CSQU3054383"),))
    importing.propose(house.boss, "sdn", sdn=SDN, alt=ALT, label="1", published=date(2026, 3, 1),
                      reason="Weekly")  # fmt: skip
    importing.decide(house.second, "sdn", 1, approve=True, reason="As published")
    quiet, items, box, ship = _of([
        Lodgement(importer=Party(id="XP1"), consignee=Party(id="XP2")),
        Lodgement(consignee=Party(id="XP2"),
                  items=(Item(), Item(consignee=Party(id="XP9")))),
        Lodgement(containers=("CSQU 305438 3",)),
        Lodgement(arrival_means_id="IMO 9187629"),
    ])  # fmt: skip
    assert quiet == {
        "importer_on_watchlist": False, "consignee_on_watchlist": False,
        "conveyance_on_watchlist": False, "sanctions_match": False,
    }  # fmt: skip
    assert (items["consignee_on_watchlist"], items["consignee_on_watchlist[2]"]) == (False, True)
    assert (box["conveyance_on_watchlist"], box["sanctions_match"]) == (True, False)
    assert (ship["conveyance_on_watchlist"], ship["sanctions_match"]) == (False, True)
    assert watched.entries_told(ship)[0][0] == "sanctions"


def test_lists_that_did_not_change_are_read_once(house, monkeypatch):
    house.listed(keys=trader("XP9"))
    many = [Lodgement(importer=Party(id=f"XP{n}"), exporter=Party(name="A")) for n in range(50)]
    assert sum(bool(one["importer_on_watchlist"]) for one in _of(many)) == 1

    def read_again(cursor):
        raise AssertionError

    monkeypatch.setattr(queries, "exact_keys", read_again)
    assert sum(bool(one["importer_on_watchlist"]) for one in _of(many)) == 1
    house.listed(keys=trader("XP8"))
    with pytest.raises(AssertionError):
        _of(many)
