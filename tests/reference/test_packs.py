from __future__ import annotations

import subprocess
import sys
import textwrap
import time
from datetime import UTC, datetime, timedelta

import pytest

from clearway import packs
from clearway.accounts.seeding import seed_demo
from clearway.events.models import Event
from clearway.reference import in_force, queries, service
from clearway.reference.models import PublishedPack
from clearway.vocabulary.dates import day_from_iso
from clearway.vocabulary.errors import NotThere, PackRefused, StateForbids

NOW = datetime(2026, 3, 2, 8, tzinfo=UTC)
LATER = datetime(2026, 3, 4, tzinfo=UTC)


def _edit(folder, name, old, new):
    path = folder / name
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


@pytest.fixture
def edited(changed_pack):
    _edit(changed_pack, "pack.toml", 'version = "2026.11"', 'version = "2026.12"')
    _edit(changed_pack, "measures.csv", "\n0101,103,,,,,,Free,", "\n0101,103,,,,,,3.00%,")
    _edit(
        changed_pack,
        "nomenclature.csv",
        "\n85171310,Telephone sets; smartphones",
        "\n85171310,Telephones; smartphones",
    )
    lines = (changed_pack / "nomenclature.csv").read_text(encoding="utf-8").splitlines(True)
    kept = [line for line in lines if not line.startswith("85171390,")]
    assert len(kept) == len(lines) - 1
    (changed_pack / "nomenclature.csv").write_text("".join(kept), encoding="utf-8")
    return changed_pack


@pytest.fixture
def actors(published, kept):
    return kept(seed_demo)


def test_the_first_pack_rules_since_ever_and_is_published_once(published):
    assert in_force.reference_at(datetime(1999, 1, 1, tzinfo=UTC)).name == "portolan"
    assert service.publish_first("portolan") is None
    event = Event.objects.get(kind="pack.published")
    assert event.actor == "system:start"


def test_before_any_pack_there_is_no_law(db):
    with pytest.raises(StateForbids, match="No country pack"):
        in_force.reference_at(NOW)


def test_a_pack_of_two_persons_rules_from_its_instant(simulated_clock, actors, edited):
    before = in_force.reference_at(NOW)
    pack = service.propose(actors["tariff"], edited, LATER)
    assert in_force.reference_at(LATER).hash == before.hash
    digest = queries.changes_of(pack).digest
    with pytest.raises(StateForbids, match="his own proposal"):
        service.approve(actors["tariff"], pack.pk, digest)
    service.approve(actors["tariff2"], pack.pk, digest)
    in_force.forget()
    assert in_force.reference_at(LATER - timedelta(microseconds=1)).hash == before.hash
    assert in_force.reference_at(LATER).hash == pack.hash != before.hash
    first = PublishedPack.objects.order_by("pk").first()
    assert queries.standing_of(first, NOW) == "in_force"
    assert queries.standing_of(first, LATER) == "expired"
    pack.refresh_from_db()
    assert queries.standing_of(pack, NOW) == "approved"
    assert queries.standing_of(pack, LATER) == "in_force"


def test_a_person_and_the_key_he_answers_for_are_one_pair_of_eyes(simulated_clock, actors, edited):
    from clearway.accounts.actors import actor_of_user
    from clearway.accounts.models import User

    pack = service.propose(actors["tariff"], edited, LATER)
    person = actor_of_user(User.objects.get(email="tariff@demo.example"))
    with pytest.raises(StateForbids, match="his own proposal"):
        service.approve(person, pack.pk, queries.changes_of(pack).digest)


def test_nothing_valid_disappears_unnoticed(simulated_clock, actors, edited):
    pack = service.propose(actors["tariff"], edited, LATER)
    report = queries.changes_of(pack)
    told = {(change.kind, change.act, change.key) for change in report.changes}
    assert {
        ("line", "ended", "85171390"),
        ("line", "changed", "85171310"),
    } <= told
    duty = [change for change in report.changes if change.key == "01012900 103 1011"]
    assert [(one.act, one.before, one.after) for one in duty] == [("changed", "Free", "3.00%")]
    assert all(key.startswith(("0101", "8517")) for kind, _, key in told if kind != "code")
    with pytest.raises(StateForbids, match="not what you have seen"):
        service.approve(actors["tariff2"], pack.pk, "0" * 64)
    assert PublishedPack.objects.get(pk=pack.pk).state == "proposed"


def test_the_law_that_rules_between_proposal_and_approval_is_what_is_compared(
    simulated_clock, actors, edited
):
    first = service.propose(actors["tariff"], edited, LATER)
    digest = queries.changes_of(first).digest
    second = service.propose(actors["tariff"], packs.demo_pack(), LATER - timedelta(hours=1))
    service.approve(actors["tariff2"], second.pk, queries.changes_of(second).digest)
    assert queries.changes_of(first).digest == digest  # the same law again: the same report
    third = service.propose(actors["tariff"], edited, LATER - timedelta(minutes=1))
    service.approve(actors["tariff2"], third.pk, queries.changes_of(third).digest)
    with pytest.raises(StateForbids, match="not what you have seen"):
        service.approve(actors["tariff2"], first.pk, digest)


def test_a_pack_with_errors_is_refused_whole(simulated_clock, actors, changed_pack):
    _edit(changed_pack, "measures.csv", "\n0101,103,", "\n7701,103,")
    with pytest.raises(PackRefused, match=r"measures\.csv"):
        service.propose(actors["tariff"], changed_pack, LATER)
    assert PublishedPack.objects.count() == 1


def test_the_past_is_never_ruled_anew(simulated_clock, actors, edited):
    with pytest.raises(StateForbids, match="past"):
        service.propose(actors["tariff"], edited, NOW - timedelta(seconds=1))
    pack = service.propose(actors["tariff"], edited, LATER)
    digest = queries.changes_of(pack).digest
    simulated_clock.advance(LATER + timedelta(seconds=1))
    with pytest.raises(StateForbids, match="has passed"):
        service.approve(actors["tariff2"], pack.pk, digest)
    service.withdraw(actors["tariff"], pack.pk, "too late")
    with pytest.raises(StateForbids):
        service.withdraw(actors["tariff"], pack.pk, "again")
    first = PublishedPack.objects.order_by("pk").first()
    with pytest.raises(StateForbids, match="rules already"):
        service.withdraw(actors["tariff"], first.pk, "no")


def test_a_damaged_snapshot_is_never_law(published, settings):
    folder = settings.DATA / "packs" / published.folder
    target = folder / "tables.msgpack"
    target.chmod(0o644)
    target.write_bytes(target.read_bytes()[:-1] + b"x")
    in_force.opened.cache_clear()
    from clearway.vocabulary.errors import InputUnusable

    with pytest.raises(InputUnusable, match="changed or damaged"):
        in_force.reference_at(NOW)


def test_a_line_is_looked_up_as_of_a_day(published):
    reference = in_force.reference_at(NOW)
    day = day_from_iso("2026-03-02")
    line = queries.tariff_line(reference, "01012900", day)
    assert (line.day, line.code) == (day, "01012900")
    duty = [row for row in line.measures if row["type"] == "103"]
    assert [row["rate"] for row in duty] == ["Free"]
    with pytest.raises(NotThere, match="unknown"):
        queries.tariff_line(reference, "99999999", day)


def test_another_process_notices_within_a_second(transactional_db, settings):
    """One process asks on and on; meanwhile this one publishes the first pack."""
    program = textwrap.dedent(
        """
        import sys, time
        from datetime import UTC, datetime
        from clearway.site.commands import prepare
        prepare()
        from django.conf import settings
        from pathlib import Path
        settings.DATA = Path(sys.argv[1])
        settings.DATABASES["default"]["NAME"] = sys.argv[2]
        from clearway.reference.in_force import reference_at
        from clearway.vocabulary.errors import StateForbids
        until = time.monotonic() + 20
        while time.monotonic() < until:
            try:
                reference_at(datetime(2026, 3, 2, tzinfo=UTC))
            except StateForbids:
                print("none", flush=True)
                time.sleep(0.01)
            else:
                print("noticed", time.time(), flush=True)
                break
        """
    )
    from django.db import connection

    name = str(connection.settings_dict["NAME"])
    with subprocess.Popen(
        [sys.executable, "-c", program, str(settings.DATA), name],
        stdout=subprocess.PIPE,
        text=True,
    ) as child:
        assert child.stdout.readline() == "none\n"
        service.publish_first("portolan")
        committed = time.time()
        last = child.stdout.read().splitlines()[-1]
    word, _, when = last.partition(" ")
    assert word == "noticed"
    assert float(when) - committed < 1
