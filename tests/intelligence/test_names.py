"""Names compared: what is one name, what is not, and how sure that is."""

from __future__ import annotations

import csv
import gzip
import os
from pathlib import Path

import pytest

from clearway.intelligence.index import held_in
from clearway.intelligence.keys import agreement, compared
from clearway.intelligence.names import THRESHOLD, Folded, folded, score
from clearway.intelligence.rules import trace_key

OPEN_DATA = Path(os.environ.get("CLEARWAY_OPEN_DATA", "../shared/data"))


def test_the_golden_pair_of_the_card_is_one_name_after_folding():
    assert folded("Nguyễn Văn Ân").text == folded("NGUYEN VAN AN").text == "an nguyen van"
    assert score(folded("Nguyễn Văn Ân"), folded("NGUYEN VAN AN")) == 1.0


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("Đặng Thị Đào", "dang dao thi"),
        ("Công ty TNHH Một Thành Viên Đại Dương", "dai duong"),
        ("GALAX TRADING CO., LTD.", "galax trading"),
        ("CECOEX, S.A.", "cecoex"),
        ("Müller & Söhne GmbH & Co. KG", "muller sohne"),
        ("S.A.R.L. L'Étoile du Nord", "du letoile nord"),
        ("深圳市华为技术有限公司", "hua ji shen shi shu wei zhen"),
        ("AL-ZAWAHIRI, Dr. Ayman", "ayman zawahiri"),
        ("ООО Рога и Копыта", "i kopyta roga"),
        ("Co Ltd", "co ltd"),
        ("", ""),
        ("--- !!", ""),
    ],
)
def test_marks_legal_forms_and_titles_fall_away_and_never_the_whole_name(name, text):
    assert folded(name).text == text


def test_a_korean_name_is_written_as_its_bearers_do():
    assert folded("김정은").text == folded("Kim Jong Un").text
    assert score(folded("박지성"), folded("Park Ji Sung")) >= THRESHOLD


@pytest.mark.parametrize(
    ("one", "other"),
    [("NGUYEN VAN AN", "TRAN THI BINH"), ("Ali Hassan", "Peter Miller"), ("AB 12", "AB 13"),
     ("Smith", "John Adam Smithson Carpenter"), ("", "Ali")],
)  # fmt: skip
def test_other_names_are_not_alike(one, other):
    assert score(folded(one), folded(other)) < THRESHOLD


def test_a_score_is_worked_by_hand():
    # "jon smith" / "john smith": Jaro of jon, john = (3/3 + 3/4 + 1) / 3 = 0.91667; two letters
    # alike at the beginning: + 2 x 0.1 x 0.08333 = 0.93333. Letters: 3 + 4 and 5 + 5.
    by_words = (7 * 0.933333 + 10 * 1.0) / 17
    assert score(folded("Jon Smith"), folded("SMITH, John")) == pytest.approx(by_words, abs=1e-6)
    # A further given name weighs 0.35 of its letters: (6 + 12) / (18 + 0.35 x 5).
    assert score(folded("Ali Hassan"), folded("Ali Hassan Jamal")) == pytest.approx(18 / 19.75)


def test_the_published_pairs_across_scripts_are_found_but_those_read_otherwise():
    file = OPEN_DATA / "watchlists" / "cross_script_name_pairs.csv.gz"
    if not file.exists():
        pytest.skip("the open data are not here")
    text = gzip.decompress(file.read_bytes()).decode()
    lines = [line for line in text.splitlines() if line and line[0] != "#"]
    missed = [row[1] for row in csv.reader(lines)
              if score(folded(row[0]), folded(row[1])) < THRESHOLD]  # fmt: skip
    # Chinese characters are read in Mandarin: a Korean or Japanese reading is another name.
    assert missed == ["Kim Jong Un", "Yamada Taro", "Tanaka Hanako"]


def test_an_index_finds_what_comparing_each_finds():
    names = [folded(name) for name in (
        "Nguyễn Văn Ân", "Tran Van An", "Muhammad Ali", "محمد علي", "Mohamed Aly Hassan",
        "Galax Trading", "Li Ming", "Xi Jinping", "习近平", "",
    )]  # fmt: skip
    index = held_in(names)
    for asked in ("NGUYEN VAN AN", "Mohamed Ali", "محمد علي", "GALAX Tradng Ltd", "Xi Jin Ping"):
        own = folded(asked)
        each = {place for place, name in enumerate(names) if score(own, name) >= THRESHOLD}
        assert {found.place for found in index.search(own, THRESHOLD)} == each
        assert each
    assert held_in([]).search(folded("Ali"), 0.5) == []
    assert index.search(Folded((), ""), 0.5) == []


def test_second_keys_agree_differ_or_say_nothing():
    listed = [("birth", "1948"), ("country", "RS"), ("identity", "1234567")]
    found = agreement(listed, {"birth": ["1948-02-15"], "country": ["XP"], "trader": ["XP1"]})
    assert found == (("birth",), ("country",))
    assert compared("means", "imo 9187629") == compared("means", "9187629")
    address = [("address", compared("address", "12, Rue de la Paix, Paris"))]
    assert agreement(address, {"address": ["12 rue de la Paix Paris"]}).agreeing == ("address",)


def test_a_party_is_known_by_its_number_else_by_name_and_country():
    assert trace_key("XP 1", "Anybody", "XP") == trace_key("xp1", "", "")
    assert trace_key("", "Gulf Plastics Inc", "US") == trace_key("", "GULF PLASTICS, INC.", "US")
    assert trace_key("", "Gulf Plastics", "US") != trace_key("", "Gulf Plastics", "XP")
