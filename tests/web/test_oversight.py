"""The pages of auditor, system operator and tariff steward."""

from __future__ import annotations

import io
import re
import shutil
import zipfile
from datetime import timedelta

import pytest
from tests.web.conftest import text_of

from clearway import packs
from clearway.audit import checkpoints, sequencer
from clearway.audit.models import Leaf
from clearway.events import dispatch
from clearway.events import queries as events
from clearway.events.models import Event, ParkedEvent
from clearway.intake import running
from clearway.intake.line import Line
from clearway.intake.models import Alarm, Quarantined
from clearway.intake.purposes import PURPOSES
from clearway.intake.service import alarm
from clearway.quotas.models import Balance, Draw
from clearway.reference import in_force
from clearway.reference.models import PublishedPack
from clearway.web.words import LANGUAGES


def settle():
    while sequencer.place():
        pass
    return checkpoints.sign()


# -- the auditor


def test_an_auditor_finds_the_log_of_his_own_reading(signed, border):
    mrn = border.lodged()
    auditor = signed("auditor")
    assert auditor.get(f"/declarations/{mrn}").status_code == 200
    auditor.get("/log/")
    mine = border.actors["auditor"].name
    leaf = Leaf.objects.get(kind="read", subject=f"declaration:{mrn}")
    found = text_of(auditor.get("/log/", {"actor": "auditor@demo.example"}))
    assert f"Declaration {mrn}" in found
    assert "Audit log list" in found, "that he looked at the log"
    page = text_of(auditor.get(f"/log/{leaf.pk}"))
    assert "auditor@demo.example" in page
    assert Leaf.objects.filter(kind="read", subject=f"leaf:{leaf.pk}").exists()
    assert mine != leaf.actor or "key" in leaf.actor or leaf.actor.startswith("user:")


def test_the_log_is_narrowed_by_each_filter(signed, border):
    mrn, other = border.lodged(), border.lodged(document="HBL-2")
    border.ask("officer", "get", f"/declarations/{mrn}")
    auditor = signed("auditor")
    rows = lambda **by: text_of(auditor.get("/log/", by))  # noqa: E731
    assert f"Declaration {mrn}" in rows(subject=mrn)
    assert f"Declaration {other}" not in rows(subject=mrn)
    assert f"Declaration {other}" not in rows(leaf_kind="read")
    today = border.clock.now().date()
    assert f"Declaration {mrn}" in rows(subject=mrn, since=f"{today}")
    assert f"Declaration {mrn}" not in rows(subject=mrn, until=f"{today}")
    assert "Nothing passes" in rows(actor="nobody@demo.example")


def test_a_leaf_is_proved_up_to_the_signed_root_and_a_changed_row_is_seen(signed, border):
    mrn = border.lodged()
    leaf = Event.objects.filter(subject=f"declaration:{mrn}").order_by("id")[0].leaf_id
    auditor = signed("auditor")
    assert "waits" in text_of(auditor.get(f"/log/{leaf}"))
    signed_one = settle()
    page = text_of(auditor.get(f"/log/{leaf}"))
    assert f"The signed root of {signed_one.size} leaves follows from it." in page
    assert "declaration.accepted" in page
    assert "Tree and signature agree" in text_of(auditor.get("/log/"))
    Event.objects.filter(leaf_id=leaf).update(actor="user:0")
    assert "Its rows are not what it commits to" in text_of(auditor.get(f"/log/{leaf}"))
    Leaf.objects.filter(pk=leaf).update(commitment=bytes(32))
    assert "does not agree" in text_of(auditor.get("/log/"))


def test_an_auditor_reads_everything_and_changes_nothing(signed, border):
    mrn = border.lodged()
    auditor = signed("auditor")
    one = f"/declarations/{mrn}"
    for address in ("/declarations/", one, f"{one}/versions", f"{one}/explanation", "/requests/",
                    "/packs/", "/packs/1"):  # fmt: skip
        assert auditor.get(address).status_code == 200, address
    for address in ("/queue/", "/team", "/line", "/packs/propose"):
        assert auditor.get(address).status_code == 403, address
    for address in (f"/queue/{mrn}/accept", "/packs/1/withdraw", f"/declarations/{mrn}/cancel"):
        assert auditor.post(address, {"reason": "x"}).status_code == 403, address


# -- the operator


@pytest.fixture
def trouble(border, monkeypatch):
    """One message in quarantine, one alarm, one parked event; the line stands still."""
    border.lodged()
    settle()
    line = Line(in_force.reference_at, capacity=50, purposes=PURPOSES)
    monkeypatch.setattr(running, "line", lambda: line)
    now = border.clock.now()
    alarm("stalled", "batch 7")
    kept = Quarantined.objects.create(
        organisation=1, actor="key:1", door="api", purpose="lodge", media_type="application/json",
        body=b"SECRET", size=6, step="decode", failure="ValueError", at=now,
    )  # fmt: skip
    event = Event.objects.order_by("id")[0]
    parked = ParkedEvent.objects.create(
        consumer="declarations.cargo", event=event, attempts=6, error="ValueError: SECRET",
        parked_at=now,
    )  # fmt: skip
    return kept, Alarm.objects.get(), parked


def test_the_operator_sees_trouble_and_no_trade_data(signed, trouble):
    kept, found, parked = trouble
    operator = signed("operator")
    lists = ("/line", "/line/quarantine/", "/line/parked/", "/line/alarms/")
    numbers = (f"quarantine/{kept.pk}", f"parked/{parked.pk}", f"alarms/{found.pk}")
    for address in (*lists, *(f"/line/{number}" for number in numbers)):
        answer = operator.get(address)
        assert answer.status_code == 200, address
        assert "SECRET" not in answer.content.decode(), address
    told = text_of(operator.get("/line"))
    assert "batch 7" in told
    assert "decode: ValueError" in told
    assert "declarations.cargo" in told


def test_a_message_is_dismissed_with_a_reason(signed, trouble):
    operator, kept = signed("operator"), trouble[0]
    address = f"/line/quarantine/{kept.pk}/resolve"
    assert operator.post(address, {"decision": "dismiss", "reason": ""}).status_code == 422
    given = {"decision": "dismiss", "reason": "A test of ours"}
    assert operator.post(address, given).status_code == 303
    assert Quarantined.objects.get().state == "dismissed"
    assert operator.post(address, given).status_code == 409


def test_an_alarm_is_acknowledged_once(signed, trouble):
    operator, address = signed("operator"), f"/line/alarms/{trouble[1].pk}"
    assert operator.post(address).status_code == 303
    assert operator.post(address).status_code == 409
    assert Alarm.objects.get().acknowledged_by


def test_a_parked_event_is_tried_again(signed, trouble, monkeypatch):
    operator, address = signed("operator"), f"/line/parked/{trouble[2].pk}"
    assert operator.post(address).status_code == 409, "its consumer does not run here"
    handled = []
    own = dispatch.Subscription("declarations.cargo", handled.append)
    monkeypatch.setattr(dispatch, "consumers", lambda: [own])
    assert operator.post(address).status_code == 303
    assert len(handled) == 1
    assert not events.parked()


# -- the tariff steward


@pytest.fixture
def archive(tmp_path):
    """The demonstration's pack without its golden cases and with one code more, as a ZIP."""
    folder = tmp_path / "pack"
    shutil.copytree(packs.demo_pack(), folder, ignore=shutil.ignore_patterns("golden", "__*"))
    listed = folder / "code_lists" / "statement.csv"
    first = listed.read_text().splitlines()[1].split(",")
    row = ",".join(["ZZZ99", *first[1:]])
    listed.write_text(listed.read_text().rstrip("\n") + f"\n{row}\n")
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as whole:
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                whole.write(path, path.relative_to(folder).as_posix())
    return file.getvalue()


def upload(content):
    file = io.BytesIO(content)
    file.name = "pack.zip"
    return file


def test_a_pack_is_proposed_by_one_and_approved_by_another(signed, border, archive):
    one, other = signed("tariff"), signed("tariff2")
    day = (border.clock.now() + timedelta(days=9)).date()
    given = {"archive": upload(archive), "day": f"{day}", "time": "00:00"}
    done = one.post("/packs/propose", given)
    assert done.status_code == 303, text_of(done)
    address = done["Location"]
    page = one.get(address).content.decode()
    assert "ZZZ99" in page
    assert "/approve" not in page, "nobody approves his own"
    assert "ZZZ99" not in one.get(f"{address}?kind=rate").content.decode()
    digest = re.search(r'name="changes_seen" value="(\w+)"', other.get(address).content.decode())
    assert one.post(f"{address}/approve", {"changes_seen": digest[1]}).status_code == 409
    assert other.post(f"{address}/approve", {"changes_seen": "0" * 64}).status_code == 409
    assert other.post(f"{address}/approve", {"changes_seen": digest[1]}).status_code == 303
    assert "Approved, to come" in text_of(other.get("/packs/"))
    assert other.post(f"{address}/withdraw", {"reason": " "}).status_code == 422
    assert other.post(f"{address}/withdraw", {"reason": "Typing error"}).status_code == 303
    assert PublishedPack.objects.order_by("-id")[0].state == "withdrawn"


def test_what_is_no_pack_says_why_and_keeps_what_was_typed(signed, border):
    steward = signed("tariff")
    answer = steward.post("/packs/propose", {"archive": upload(b"no zip"), "day": "2026-09-01"})
    assert answer.status_code == 422
    page = answer.content.decode()
    assert 'href="#archive"' in page
    assert 'value="2026-09-01"' in page
    for day in ("", "yesterday", "0001-01-01"):
        answer = steward.post("/packs/propose", {"archive": upload(b""), "day": day})
        assert 'href="#day"' in answer.content.decode(), day


def test_a_trader_sees_the_law_and_no_proposal(signed, border):
    trader = signed("trader")
    assert "portolan" in text_of(trader.get("/packs/"))
    assert "/packs/propose" not in trader.get("/packs/").content.decode()
    assert trader.get("/packs/propose").status_code == 403


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_pages_speak_every_language(signed, trouble, language):
    kept, found, parked = trouble
    leaf = Leaf.objects.order_by("id")[0].pk
    pages = {
        "auditor": ("/log/", f"/log/{leaf}"),
        "operator": ("/line", f"/line/quarantine/{kept.pk}", f"/line/alarms/{found.pk}",
                     f"/line/parked/{parked.pk}", "/line/alarms/"),
        "tariff": ("/packs/", "/packs/1", "/packs/propose"),
    }  # fmt: skip
    for who, addresses in pages.items():
        client = signed(who)
        for address in addresses:
            answer = client.get(address, {"lang": language})
            assert answer.status_code == 200, address
            assert f'<html lang="{language}"' in answer.content.decode()


def test_the_log_is_found_by_its_indexes(both_databases, simulated_clock):
    """A database that knows what its tables hold asks the index that leads to few leaves."""
    from django.db import connection

    from clearway.audit.queries import Narrowing, log

    Leaf.objects.bulk_create(
        Leaf(
            id=number, kind=f"act{number % 97}", at=simulated_clock.now(),
            actor=f"user:{number % 89}", subject=f"declaration:{number}", salt=b"", commitment=b"",
        )
        for number in range(1, 3_001)
    )  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE audit_leaf")
    for by, index in (
        (Narrowing(subject="declaration:1"), "audit_leaf_of_subject"),
        (Narrowing(actors=frozenset({"user:1"})), "audit_leaf_of_actor"),
        (Narrowing(kind="act1"), "audit_leaf_of_kind"),
    ):
        assert index in log(by).order_by("-id")[:51].explain(), both_databases


def test_a_quota_shows_what_is_left_and_who_drew(border, signed):
    """What is left is everybody's; the draw is shown to customs and its own trader."""
    Balance.objects.create(quota_order="091001", opens=20089, drawn=7_999_000 * 1_000_000)
    mrn = border.lodged()
    Draw.objects.create(
        declaration=1, quota_order="091001", opens=20089, quantity=7_999_000 * 1_000_000, mrn=mrn,
        organisation=border.actors["trader"].organisation, at=border.clock.now(),
    )  # fmt: skip
    listed = signed("trader").get("/quotas/").content.decode()
    assert "091001" in listed
    assert text_of(signed("trader").get("/quotas/", {"lang": "ar"})).count("على وشك النفاد") == 1
    for who, sees in (("trader", True), ("trader2", False), ("officer", True)):
        shown = signed(who).get("/quotas/091001")
        assert shown.status_code == 200
        assert (mrn in shown.content.decode()) is sees
    assert signed("trader").get("/quotas/099999").status_code == 404
