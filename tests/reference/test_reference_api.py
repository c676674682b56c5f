from __future__ import annotations

import io
import stat
import zipfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from clearway import packs
from clearway.accounts.ready import demo_secret
from clearway.accounts.seeding import seed_demo
from clearway.reference.models import PublishedPack

LATER = "2026-03-04T00:00:00Z"


@pytest.fixture
def as_(simulated_clock, published, kept):
    kept(seed_demo)
    return lambda name: Client(headers={"Authorization": f"Bearer {demo_secret(name)}"})


def _as_it_is(_, text):
    return text


def _archive(folder, change=_as_it_is, golden=True) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(folder.rglob("*")):
            name = path.relative_to(folder).as_posix()
            if path.suffix in {".csv", ".toml", ".md"} and (golden or "golden" not in name):
                archive.writestr("portolan/" + name, change(name, path.read_text(encoding="utf-8")))
    return held.getvalue()


def _propose(client, content: bytes, valid_from: str = LATER):
    file = SimpleUploadedFile("pack.zip", content, content_type="application/zip")
    return client.post("/api/v1/packs", {"archive": file, "valid_from": valid_from})


def test_a_pack_is_proposed_read_and_approved(as_):
    def change(name, text):
        return text.replace('"2026.11"', '"2026.12"') if name == "pack.toml" else text

    made = _propose(as_("tariff"), _archive(packs.demo_pack(), change=change))
    assert made.status_code == 201, made.content
    number = made.json()["id"]
    assert made.json()["standing"] == "proposed"
    assert as_("trader").get(f"/api/v1/packs/{number}").status_code == 404
    assert len(as_("trader").get("/api/v1/packs").json()["items"]) == 1
    assert len(as_("auditor").get("/api/v1/packs").json()["items"]) == 2
    report = as_("tariff2").get(f"/api/v1/packs/{number}/changes").json()
    body = {"changes_seen": report["digest"]}
    path = f"/api/v1/packs/{number}/approval"
    post = {"content_type": "application/json"}
    assert as_("tariff").post(path, body, **post).status_code == 409
    assert as_("trader").post(path, body, **post).status_code == 403
    assert as_("tariff2").post(path, {"changes_seen": "x"}, **post).status_code == 422
    approved = as_("tariff2").post(path, body, **post)
    assert approved.json()["standing"] == "approved"
    assert approved.json()["changes"] == report["digest"]
    assert as_("trader").get(f"/api/v1/packs/{number}").status_code == 200
    taken = as_("tariff").post(
        f"/api/v1/packs/{number}/withdrawal", {"reason": "wrong month"}, **post
    )
    assert taken.json()["standing"] == "withdrawn"


def test_changes_come_in_pages(as_):
    def change(name, text):
        if name != "measures.csv":
            return text
        head, *rows = text.splitlines(keepends=True)
        return head + "".join(row.replace("Free,", "7.00%,") for row in rows)

    refused = _propose(as_("tariff"), _archive(packs.demo_pack(), change=change))
    assert "golden/07-spirits-by-strength.toml" in refused.content.decode()  # the law is proved
    made = _propose(as_("tariff"), _archive(packs.demo_pack(), change=change, golden=False))
    path, cursor, seen = f"/api/v1/packs/{made.json()['id']}/changes?limit=200", "", []
    while cursor is not None:
        page = as_("tariff").get(path + (f"&cursor={cursor}" if cursor else "")).json()
        seen += page["items"]
        cursor = page["next"]
    assert len(seen) == sum(page["counts"].values()) > 200
    assert len({(one["kind"], one["key"]) for one in seen}) == len(seen)
    assert as_("tariff").get(path + "&cursor=WzQxXQx").status_code == 422


def _with(name, content=b"x", mode=0):
    held = io.BytesIO(_archive(packs.demo_pack()))
    with zipfile.ZipFile(held, "a") as archive:
        entry = zipfile.ZipInfo(name)
        entry.external_attr = mode << 16
        archive.writestr(entry, content)
    return held.getvalue()


def _bomb():
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for number in range(5):
            archive.writestr(f"{number}.csv", b"\0" * (60 << 20))
    return held.getvalue()


def _lying():
    """An entry that says it is small and is not."""
    content = bytearray(_bomb())
    for mark, place in ((b"PK\1\2", 24), (b"PK\3\4", 22)):
        at = content.find(mark)
        while at >= 0:
            content[at + place : at + place + 4] = (10).to_bytes(4, "little")
            at = content.find(mark, at + 4)
    return bytes(content)


@pytest.mark.parametrize(
    "content",
    [
        lambda: b"",
        lambda: b"PK",
        lambda: b"no archive",
        lambda: _archive(packs.demo_pack())[:-200],
        lambda: _with("../../outside.csv"),
        lambda: _with("/etc/passwd.csv"),
        lambda: _with("a\\b.csv"),
        lambda: _with("run.py"),
        lambda: _with("link.csv", b"/etc/passwd", stat.S_IFLNK | 0o777),
        lambda: _with("portolan/pack.TOML", b"x"),
        lambda: _with("portolan/PACK.toml", b"x"),
        _bomb,
        _lying,
    ],
    ids=[
        "empty", "stump", "text", "half", "outside", "absolute", "backslash", "program", "link",
        "kind", "twice", "bomb", "lying",
    ],
)  # fmt: skip
def test_an_archive_that_is_no_pack_is_refused(as_, content, tmp_path):
    answer = _propose(as_("tariff"), content())
    assert answer.status_code == 422, answer.content
    assert PublishedPack.objects.count() == 1
    assert not (tmp_path / "outside.csv").exists()


def test_a_pack_with_errors_is_refused_with_file_and_line(as_):
    def change(name, text):
        return text.replace("\n0101,103,", "\n7701,103,") if name == "measures.csv" else text

    answer = _propose(as_("tariff"), _archive(packs.demo_pack(), change=change))
    assert answer.status_code == 422
    assert "measures.csv:" in answer.content.decode()
    assert _propose(as_("tariff"), b"", "yesterday").status_code == 422
    assert _propose(as_("tariff"), b"", "2026-03-04T00:00:00").status_code == 422
    assert _propose(as_("trader"), b"").status_code == 403


def test_the_tariff_is_looked_up_by_everybody_as_of_a_day(as_):
    trader = as_("trader")
    told = trader.get("/api/v1/tariff/01012900").json()
    assert told["day"] == "2026-03-02"
    assert {"type": "103", "rate": "Free"}.items() <= told["measures"][0].items()
    early = trader.get("/api/v1/tariff/01012900?date=2024-12-31")
    assert early.status_code == 404 or early.json()["measures"] != told["measures"]
    for wrong, status in (
        ("0101", 404),
        ("99999999", 404),
        ("０１０１２９００", 404),
        ("01012900?date=2026-02-30", 422),
        ("0" * 19, 422),
    ):
        assert trader.get(f"/api/v1/tariff/{wrong}").status_code == status, wrong
    assert Client().get("/api/v1/tariff/01012900").status_code == 401


def test_a_whole_country_s_archive_comes_in(as_):
    refused = _propose(as_("tariff"), b"x" * (9 << 20))
    assert refused.status_code == 422
    assert "not a ZIP archive" in refused.content.decode()
