"""What a file is, found by looking into it; what can act is refused."""

from __future__ import annotations

import io
import zipfile
import zlib

import pytest

from clearway.declarations.sniffing import file_name, media_type_of
from clearway.vocabulary.errors import DataRefused

PDF = b"%PDF-1.7\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00" + b"\x00" * 32 + b"\xff\xd9"
TIFF = b"II*\x00\x08\x00\x00\x00" + b"\x00" * 16


def png(*more):
    def chunk(kind, data):
        told = kind + data
        return len(data).to_bytes(4, "big") + told + zlib.crc32(told).to_bytes(4, "big")

    head = chunk(b"IHDR", b"\0\0\0\1\0\0\0\1\x08\0\0\0\0")
    return b"\x89PNG\r\n\x1a\n" + head + chunk(b"IEND", b"") + b"".join(more)


def xlsx(*, types=b"<Types/>", **parts):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", types)
        archive.writestr("xl/workbook.xml", "<workbook/>")
        for name, content in parts.items():
            archive.writestr(name.replace("__", "/").replace("_dot_", "."), content)
    return out.getvalue()


@pytest.mark.parametrize(
    ("name", "content", "media_type"),
    [
        ("invoice.pdf", PDF, "application/pdf"),
        ("photo.PNG", png(), "image/png"),
        ("photo.jpeg", JPEG, "image/jpeg"),
        ("scan.tif", TIFF, "image/tiff"),
        ("list.xml", b"<?xml version='1.0'?><list><line/></list>", "application/xml"),
        ("list.xml", b"<list/>", "application/xml"),
        (
            "list.xlsx",
            xlsx(),
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        ),
        ("list.csv", "item,valeur\n1,12 €\n".encode(), "text/csv"),
        ("note.txt", "装箱单\n".encode(), "text/plain"),
    ],
)
def test_what_is_taken(name, content, media_type):
    assert media_type_of(name, content) == media_type


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("empty.pdf", b""),
        ("invoice.pdf", png()),
        ("photo.png", PDF),
        ("photo.jpg", png()),
        ("invoice.csv", PDF),
        ("run.pdf", b"MZ\x90\x00" + b"\x00" * 64),
        ("run.txt", b"\x7fELF\x02\x01\x01" + b"\x00" * 64),
        ("run.txt", b"#!/bin/sh\nrm -rf /\n"),
        ("page.txt", b"<html><script>alert(1)</script></html>"),
        ("page.csv", b"a,b\n<ScRiPt>alert(1)</script>,2\n"),
        ("page.txt", b"hello <?php system($x); ?>"),
        ("old.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600),
        ("old.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600),
        ("cut.pdf", PDF[:30]),
        ("acts.pdf", PDF.replace(b"/Type", b"/OpenAction<</S/JavaScript/JS(x)>>/Type")),
        ("acts.pdf", PDF.replace(b"/Type", b"/OpenAction<</S/#4aavaScript>>/Type")),
        ("two.png", png(b"<script>")),
        ("cut.png", png()[:-6]),
        ("latin.csv", b"item,valeur\n1,\xe9\n"),
        ("nul.csv", b"a,b\x00\n"),
        ("image.xml", b"<?xml version='1.0'?><svg xmlns='http://www.w3.org/2000/svg'/>"),
        ("broken.xml", b"<?xml version='1.0'?><a>"),
        ("bomb.xml", b"<?xml version='1.0'?><!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>"),
        ("style.xml", b"<?xml version='1.0'?><?xml-stylesheet href='x'?><a/>"),
        ("macro.xlsx", xlsx(xl__vbaProject_dot_bin=b"x")),
        ("macro.xlsx", xlsx(types=b"<Types><Override ContentType='x.macroEnabled'/></Types>")),
        ("object.xlsx", xlsx(xl__embeddings__one_dot_bin=b"x")),
        ("bomb.xlsx", xlsx(xl__sheet_dot_xml=b"0" * (64 << 20))),
        ("cut.xlsx", xlsx()[:-30]),
        ("archive.zip", b"PK\x03\x04" + b"\x00" * 40),
        ("none", PDF),
    ],
)
def test_what_is_refused(name, content):
    with pytest.raises(DataRefused):
        media_type_of(name, content)


def test_an_archive_that_is_no_workbook_is_refused():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("invoice.pdf", PDF)
    with pytest.raises(DataRefused, match="no workbook"):
        media_type_of("list.xlsx", out.getvalue())
    with pytest.raises(DataRefused, match="at the same time"):
        media_type_of("both.pdf", PDF.removesuffix(b"%%EOF\n") + out.getvalue() + b"%%EOF\n")


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("invoice.pdf", "invoice.pdf"),
        ("../../etc/passwd.pdf", "passwd.pdf"),
        ("C:\\Users\\me\\in voice.pdf", "in voice.pdf"),
        ('a"b<c>.pdf', "abc.pdf"),
        ("发票.pdf", "发票.pdf"),
        ("gpj\u202egnp.pdf", "gpjgnp.pdf"),
        ("x" * 400 + ".pdf", "x" * 196 + ".pdf"),
    ],
)
def test_a_name_is_kept_bare(name, kept):
    assert file_name(name) == kept


@pytest.mark.parametrize("name", ["", ".pdf", "invoice", "a.p\u0131f", "dir/", "a.b c"])
def test_a_file_without_a_name_is_refused(name):
    with pytest.raises(DataRefused):
        file_name(name)
