"""Every kind in every language: the right letters, nothing clipped, a code that can be read."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import msgspec
import pypdfium2
import pytest
from tests.documents.samples import SAMPLES, declaration_print

from clearway.documents import layout
from clearway.documents.kinds import CONTENTS, KINDS
from clearway.documents.typesetting import QR_MILLIMETRES, Head, set_in_type
from clearway.documents.words import words
from clearway.kernel.texts import LANGUAGES
from clearway.vocabulary.errors import DataRefused

_POINT = 25.4 / 72
ADDRESS = "https://window.portolan.example/verify/Zk3c9Qw1x7Y2b8Nf4LmTqA"


def set_one(kind, language, content=None, *, void=False):
    at = datetime(2026, 3, 2, 8, 15, 30, tzinfo=UTC)
    head = Head("DP-26-0000017", "ab" * 32, at, ADDRESS)
    head.void = void
    return set_in_type(kind, content or SAMPLES[kind], head, language)


def letters(file):
    """Return how often each letter stands in a file, in no order: scripts run both ways."""
    document = pypdfium2.PdfDocument(file)
    text = "".join(page.get_textpage().get_text_range() for page in document)
    return text, {*text}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_is_set_in_every_language(kind, language):
    file = set_one(kind, language)
    text, found = letters(file)
    assert "DP-26-0000017" in text or language == "ar"
    title = words(language)[f"title_{kind}"]
    assert {*title} - {*" ’'"} - found <= {*"ﻷإأ"}, "every letter of the title is there"
    assert b"pdfaid" in file or b"/Metadata" in file
    assert file == set_one(kind, language), "the same file, byte for byte"


@pytest.mark.parametrize(
    ("language", "said"),
    [("en", "Goods declaration"), ("fr", "Déclaration en douane"), ("zh", "货物报关单"),
     ("vi", "Tờ khai hàng hoá")],
)  # fmt: skip
def test_texts_come_out_as_they_went_in(language, said):
    text, _ = letters(set_one("declaration_print", language))
    for wanted in (said, "上海罗盘报关有限公司", "Công ty TNHH Ánh Dương", "26XP0000000000000A1"):
        assert wanted in text


def test_arabic_is_set_from_the_right():
    page = pypdfium2.PdfDocument(set_one("declaration_print", "ar"))[0]
    text = page.get_textpage()
    width = page.get_width()
    at = text.get_text_range().index("Portolan")
    left, *_ = text.get_charbox(at)
    assert left > width / 2, "the head stands at the right"


@pytest.mark.parametrize("language", ["en", "ar"])
def test_nothing_stands_outside_the_page_however_long_a_text(language):
    goods = [
        {**each, "description": "Unbroken" * 60}
        for each in msgspec.to_builtins(SAMPLES["release_note"].goods)
    ]
    tree = msgspec.to_builtins(SAMPLES["release_note"])
    long = msgspec.convert(
        {**tree, "goods": goods, "means": "X" * 300, "containers": ["MSKU1234565"] * 80},
        CONTENTS["release_note"],
    )
    document = pypdfium2.PdfDocument(set_one("release_note", language, long))
    text = ""
    for page in document:
        told = page.get_textpage()
        width, height = page.get_size()
        text += told.get_text_range()
        for place in range(told.count_chars()):
            left, bottom, right, top = told.get_charbox(place)
            assert left >= 30
            assert right <= width - 30
            assert bottom >= 10
            assert top <= height - 30
    assert re.sub(r"[^UX]", "", text).count("X") >= 300


def test_many_items_go_over_pages_with_the_head_of_the_table_on_each():
    tree = msgspec.to_builtins(declaration_print())
    item = tree["goods"][0]
    goods = [{**item, "item": place} for place in range(1, 201)]
    total = {name: 200 * item[name] for name in ("packages", "gross_mass", "net_mass", "value")}
    many = {**tree, "goods": goods, "totals": {"items": 200, **total}}
    document = pypdfium2.PdfDocument(
        set_one("declaration_print", "en", msgspec.convert(many, CONTENTS["declaration_print"]))
    )
    assert len(document) > 3
    for page in list(document)[:-1]:
        assert "Gross mass (kg)" in page.get_textpage().get_text_range()


def test_the_code_is_large_enough_to_be_read():
    import segno

    modules = segno.make(ADDRESS, error="m", micro=False).symbol_size(border=0)[0]
    assert QR_MILLIMETRES * modules / (modules + 8) >= 25
    assert QR_MILLIMETRES / (modules + 8) >= 0.7, "a module is as wide as a cheap camera needs"


def test_a_void_document_says_so():
    text, _ = letters(set_one("permit", "en", void=True))
    assert "VOID" in text
    assert "VOID" not in letters(set_one("permit", "en"))[0]


@pytest.mark.parametrize(
    ("letter", "pointer"), [("ก", "/declarant/name"), ("😀", "/declarant/name")]
)
def test_a_letter_without_a_licensed_glyph_stops_it_and_names_the_datum(letter, pointer):
    tree = msgspec.to_builtins(declaration_print())
    tree["declarant"]["name"] = f"Firm {letter}"
    content = msgspec.convert(tree, CONTENTS["declaration_print"])
    with pytest.raises(DataRefused) as refused:
        set_one("declaration_print", "en", content)
    assert refused.value.faults == ((pointer, f"no font has U+{ord(letter):04X}"),)


def test_markup_in_a_datum_is_no_markup():
    tree = msgspec.to_builtins(declaration_print())
    tree["declarant"]["name"] = "#panic() $x$ *A* <b> \\ @b"
    content = msgspec.convert(tree, CONTENTS["declaration_print"])
    assert "#panic() $x$ *A* <b> \\ @b" in letters(set_one("declaration_print", "en", content))[0]


def test_only_the_fonts_of_the_packages_are_within():
    file = set_one("declaration_print", "en")
    named = {one.split(b"+")[-1] for one in re.findall(rb"/FontName\s*/([^\s/<>]+)", file)}
    assert all(one.startswith((b"NotoSans", b"NotoSansArabic")) for one in named)


def test_every_language_has_the_same_words():
    keys = [list(words(language)) for language in LANGUAGES]
    assert all(each == keys[0] for each in keys)


def test_every_datum_of_a_kind_has_its_place():
    """Whatever a content holds is printed, but what the head says."""
    head = {
        "country",
        "authority",
        "office",
        "office_name",
        "time_zone",
        "currency",
        "exponent",
        "totals",
    }
    for kind, content in CONTENTS.items():
        plan = layout.LAYOUTS[kind]
        placed = (
            {one.name for one in plan.facts} | {one.rows for one in plan.tables} | {*plan.notes}
        )
        placed |= {plan.headline.name} if plan.headline else set()
        placed |= {below for table in plan.tables for _, below in table.total}
        assert {*content.__struct_fields__} - head <= placed, kind
        for table in plan.tables:
            for column in table.columns:
                assert f"label_{column.name}" in words("en")
        assert all(f"label_{one.name}" in words("en") for one in plan.facts)
