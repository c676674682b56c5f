"""Manifests as files: the good is taken, the bad given back with row, field and reason."""

import csv
import io
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from clearway.api import examples
from clearway.cargo.models import Conveyance, Interchange, TransportDocument
from clearway.web.cargo import tables

CUSCAR = Path(examples.__file__).with_name("cargo.edi").read_bytes()
HEAD = ("number", "conveyance", "consignor_name", "consignee_name", "description", "package_type",
        "packages", "gross_mass", "container", "seals", "master_number")  # fmt: skip


def a_table(*rows, head=HEAD, delimiter=","):
    file = io.StringIO()
    writer = csv.writer(file, delimiter=delimiter)
    writer.writerow(head)
    writer.writerows([row.get(name, "") for name in head] for row in rows)
    return file.getvalue().encode()


def row(number, **varied):
    return {
        "number": number,
        "conveyance": "ARM-026W",
        "consignor_name": "Hangzhou Textile",
        "consignee_name": "Atlas Trading SA",
        "description": "Cotton shirts",
        "package_type": "CT",
        "packages": "100",
        "gross_mass": "1000",
        **varied,
    }


def upload(visitor, content, name="manifest.csv", **more):
    file = SimpleUploadedFile(name, content)
    return visitor.post("/cargo/upload", {"file": file, "function": "original", **more})


def followed(visitor, answer):
    assert answer.status_code == 303, answer.told
    return visitor.get(answer.headers["Location"])


def cells_of(answer):
    return list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))


def test_a_message_is_filed_and_what_became_of_it_stays(border, sign_in):
    carrier = sign_in("carrier")
    answer = upload(carrier, CUSCAR, "manifest.edi")
    page = followed(carrier, answer)
    assert "The whole file was taken" in page.told
    assert "MEDU7700001" in page.told
    assert f'href="/conveyances/{Conveyance.objects.get().pk}"' in page.told
    assert "MAN0001" in carrier.get("/cargo/upload").told
    assert sign_in("airline").get(answer.headers["Location"]).status_code == 404
    again = upload(carrier, CUSCAR, "manifest.edi")
    assert again.headers["Location"] == answer.headers["Location"]
    other = upload(carrier, CUSCAR.replace(b"KNITTED", b"WOVEN"), "manifest.edi")
    assert other.status_code == 422
    assert "control reference was used" in other.told


def test_of_a_wrong_message_each_fault_has_its_segment(border, sign_in):
    bad = CUSCAR.replace(b"CSQU3054383", b"CSQU3054384").replace(b"KGM:1250.5", b"KGM:heavy")
    answer = upload(sign_in("carrier"), bad, "manifest.edi")
    assert answer.status_code == 422
    assert "Nothing of the file was taken" in answer.told
    assert "MEA+AAE+G+KGM:heavy" in answer.told
    assert "/help/findings/CLW1509" in answer.told
    assert not Interchange.objects.exists()


def test_a_table_is_taken_with_containers_on_rows_of_their_own(border, sign_in):
    border.ship()
    carrier = sign_in("carrier")
    content = a_table(
        row("MEDU1", container="CSQU3054383", seals="SL1 CA; SL2", packages="80"),
        row("MEDU2", conveyance="", packages="20", master_number="MEDU3", gross_mass="10"),
        {"number": "MEDU1", "container": "MSCU0000060"},
        row("MEDU3", packages="20"),
        delimiter=";",
    )
    page = followed(carrier, upload(carrier, content))
    assert "The whole file was taken" in page.told
    one, two, three = TransportDocument.objects.order_by("number")
    assert [each.number for each in one.containers.order_by("id")] == ["CSQU3054383", "MSCU0000060"]
    assert two.master == three
    # The same again changes nothing; a changed row is taken only as a correction.
    page = followed(carrier, upload(carrier, content))
    assert "The whole file was taken" in page.told
    changed = a_table(row("MEDU3", packages="21"))
    page = followed(carrier, upload(carrier, changed))
    assert "CLW5111" in page.told
    more = {"function": "correction", "reason": "Counted anew"}
    assert upload(carrier, changed, function="correction").status_code == 422
    page = followed(carrier, upload(carrier, changed, **more))
    assert "Corrected" in page.told
    three.refresh_from_db()
    assert (three.packages, three.version) == (21, 2)
    page = followed(carrier, upload(carrier, changed, **more))
    three.refresh_from_db()
    assert three.version == 2


@pytest.mark.parametrize("language", ["en", "ar"])
def test_wrong_rows_come_back_to_be_mended_and_sent_as_they_are(border, sign_in, language):
    border.ship()
    carrier = sign_in("carrier", language)
    content = a_table(
        row("MEDU1"),
        row("MEDU2", gross_mass="1,5", packages="many"),
        row("MEDU3", container="CSQU3054384", description="=SUM(A1)"),
        {"number": "MEDU3", "container": "MSCU0000060", "seals": "x" * 40},
        row("MEDU4", conveyance="NONE-SUCH"),
        row("", consignee_name=""),
        row("MEDU5"),
    )
    page = followed(carrier, upload(carrier, content))
    assert TransportDocument.objects.count() == 2
    kept = Interchange.objects.get()
    back = carrier.get(f"/cargo/upload/{kept.pk}/wrong.csv")
    rows = cells_of(back)
    assert [one["row"] for one in rows] == ["3", "4", "5", "6", "7"]
    assert [one["number"] for one in rows] == ["MEDU2", "MEDU3", "MEDU3", "MEDU4", ""]
    told = {one["row"]: one for one in rows}
    assert all(told[each]["field"] and told[each]["reason"] for each in "3567")
    assert told["4"]["description"] == "'=SUM(A1)"
    if language == "en":
        assert told["3"]["field"] == "Packages | Gross mass"
        assert "digits and a point" in told["3"]["reason"]
        assert "no conveyance under the reference NONE-SUCH" in told["6"]["reason"]
    else:
        assert "is not" not in told["3"]["reason"]
        assert 'dir="rtl"' in page.told
    mended = []
    for one in rows:
        one |= {"packages": "5" if one["packages"] == "many" else one["packages"]}
        one |= {"gross_mass": "1.5" if one["gross_mass"] == "1,5" else one["gross_mass"]}
        one |= {"seals": "", "conveyance": "ARM-026W" if one["conveyance"] else ""}
        one["container"] = one["container"].replace("CSQU3054384", "CSQU3054383")
        if not one["number"]:
            one |= {"number": "MEDU6", "consignee_name": "Cedar"}
        mended.append(one)
    again = followed(carrier, upload(carrier, a_table(*mended, head=tuple(rows[0]))))
    assert 'id="wrong"' not in again.told
    assert TransportDocument.objects.count() == 6
    assert TransportDocument.objects.get(number="MEDU3").description == "=SUM(A1)"


@pytest.mark.parametrize("content", [
    b"", b"\xff\xfe\x00", b"number,packages\n1,2\n", b"consignor_name,number\nonly one cell\n",
    "número;colis\n".encode("latin-1"),
    ",".join(HEAD).encode(), b'number,"consignor_name\n' + b"x" * 200_000, b"UNB+nonsense",
    b"UNA:+.? 'UNB+KLINGON:3+A+B+260301:1200+1'", b"\x00\x01\x02", b"PK\x03\x04zip",
])  # fmt: skip
def test_a_file_that_cannot_be_read_is_told_beside_its_field(border, sign_in, content):
    answer = upload(sign_in("carrier"), content)
    assert answer.status_code == 422, answer.told
    assert '<a href="#file">' in answer.told or "Nothing of the file was taken" in answer.told
    assert not Interchange.objects.exists()


def test_a_table_has_a_bounded_size(border, sign_in, monkeypatch):
    border.ship()
    monkeypatch.setattr(tables, "MOST_DOCUMENTS", 2)
    carrier = sign_in("carrier")
    answer = upload(carrier, a_table(row("A1"), row("A2"), row("A3")))
    assert answer.status_code == 422
    assert "too large" in answer.told
    monkeypatch.setattr(tables, "LARGEST", 20)
    assert upload(carrier, a_table(row("A1"))).status_code == 422
    assert not TransportDocument.objects.exists()


def test_hostile_cells_do_no_harm(border, sign_in):
    border.ship()
    carrier = sign_in("carrier")
    content = a_table(
        row("MEDU1", description="<script>alert(1)</script>", consignee_name="a\x00b\x1b[31m"),
        row("MEDU/2"),
        row("MEDU3", packages="9" * 30, gross_mass="1e9"),
        row("MEDU4", packages="-1"),
    )
    page = followed(carrier, upload(carrier, content))
    assert "<script>alert" not in page.told
    made = TransportDocument.objects.get()
    assert made.consignee_name == "a b [31m"
    assert "<script>alert" not in carrier.get(f"/cargo/{made.pk}").told


def test_rows_that_disagree_are_not_guessed_at(border, sign_in):
    border.ship()
    carrier = sign_in("carrier")
    content = a_table(row("MEDU1"), row("MEDU1", packages="99", container="CSQU3054383"))
    page = followed(carrier, upload(carrier, content))
    assert "Row 3 of the same document says 99." in page.told
    assert not TransportDocument.objects.exists()


def test_anothers_conveyance_is_unknown_to_a_table(border, sign_in):
    ship = border.ship()
    airline = sign_in("airline")
    page = followed(airline, upload(airline, a_table(row("MEDU1"))))
    assert "ARM-026W" in page.told
    assert "Nothing of the file was taken" in page.told
    answer = upload(airline, a_table(row("MEDU1", conveyance="")), conveyance=str(ship["id"]))
    assert answer.status_code == 404
    assert not TransportDocument.objects.exists()


def test_the_form_says_which_columns_there_are_and_the_sample_fits(border, sign_in):
    ship = border.ship(reference="MERIDIAN-026W")
    carrier = sign_in("carrier")
    page = carrier.get(f"/cargo/upload?conveyance={ship['id']}").told
    assert all(f">{name}</th>" in page for name in tables.COLUMNS)
    assert f'value="{ship["id"]}" selected' in page
    sample = carrier.get("/cargo/upload/sample.csv")
    assert "attachment" in sample.headers["Content-Disposition"]
    page = followed(carrier, upload(carrier, sample.content))
    assert "The whole file was taken" in page.told
    (made,) = TransportDocument.objects.all()
    assert made.containers.count() == 2
    assert not made.findings.filter(severity="error").exists()
    for who in ("trader", "officer", "terminal"):
        assert sign_in(who).get("/cargo/upload").status_code == 403
