"""CUSCAR in: what is read, and how a corrupt consignment leaves its neighbours alone."""

from __future__ import annotations

import random
import re
import string
import time
from datetime import datetime
from pathlib import Path

import pytest

from clearway.messages.cuscar import read_cuscar
from clearway.messages.cuscar_segments import read_segments
from clearway.vocabulary.errors import InputUnusable, TooLarge

SEA = (Path(__file__).parent / "cuscar_samples" / "sea.edi").read_bytes()


def _replaced(old: str, new: str) -> bytes:
    assert old.encode() in SEA
    return SEA.replace(old.encode(), new.encode(), 1)


def _spoilt(data: bytes):
    (manifest,) = read_cuscar(data).messages
    assert not manifest.refused
    return {one.place for one in manifest.consignments if one.spoilt}, manifest


def test_a_manifest_is_read_whole():
    whole = read_cuscar(SEA)
    assert (whole.control_reference, whole.sender, whole.faults) == ("MAN0001", "XPCARRIER1", [])
    (manifest,) = whole.messages
    assert (manifest.faults, manifest.refused) == ([], False)
    assert (manifest.mode, manifest.means, manifest.journey) == ("1", "9074729", "026W")
    assert (manifest.means_name, manifest.nationality) == ("EVER MERIDIAN", "PA")
    assert manifest.expected_at == datetime(2026, 3, 2, 6)  # noqa: DTZ001 - local time of the place
    shirts, master, squid, cod = manifest.consignments
    assert (shirts.number, shirts.master_number) == ("MEDU7700001", "")
    assert shirts.goods[0].description == "MEN'S COTTON SHIRTS KNITTED"
    assert shirts.goods[0].gross_mass == 1_250_500_000
    assert master.goods[0].gross_mass == 12_000_000_000  # twelve tonnes
    assert (squid.number, squid.master_number) == ("CMP-H-1", "MEDU7700002")
    assert cod.goods[0].handling == ["PER"]
    seals = manifest.equipment["CSQU3054383"].seals
    assert [(seal.number, seal.party) for seal in seals] == [("SL4411", "CA"), ("XPC900", "CU")]


@pytest.mark.parametrize(
    ("old", "new", "rule", "places"),
    [
        ("KGM:1250.5", "KGM:12x0", "CLW1509", {1}),
        ("KGM:1250.5", "KGM:１２", "CLW1503", {1}),
        ("KGM:1250.5", "STN:1250", "CLW1510", {1}),
        ("GID+1+40:PX", "GID+1+forty:PX", "CLW1509", {2}),
        ("GID+1+25:PX", "G!D+1+25:PX", "CLW1504", {3}),
        ("GID+1+25:PX", "ZZZ+1+25:PX", "CLW1511", {3}),
        ("RFF+BM:MEDU7700001", "RFF+BM:", "CLW1508", {1}),
        ("CNT+8:100", "CNT+8:101", "CLW1513", {1}),
        ("FROZEN SQUID RINGS", "FROZEN SQUID\tRINGS", "CLW1503", {3}),
        ("MEN?'S COTTON", "M" * 10_001, "CLW1502", {1}),
    ],
)
def test_a_corrupt_consignment_stops_no_neighbour(old, new, rule, places):
    data = _replaced(old, new).replace(b"UNB+UNOC", b"UNB+UNOA" if "１" in new else b"UNB+UNOC")
    spoilt, manifest = _spoilt(data)
    assert rule in {fault.rule for fault in manifest.faults}
    assert spoilt == places
    assert {fault.consignment for fault in manifest.faults} == places


def test_a_fault_names_its_segment_and_shows_it():
    _, manifest = _spoilt(_replaced("GID+1+40:PX", "GID+1+forty:PX"))
    (fault,) = manifest.faults
    segments = [each.strip() for each in re.split(rb"(?<!\?)'", SEA.split(b"UNA:+.? '")[1])]
    assert segments[fault.segment - 1].startswith(b"GID+1+40:PX")
    assert fault.text == "GID+1+forty:PX"
    assert fault.parameters == (("value", "forty"),)


def test_a_consignment_that_lost_its_beginning_spoils_itself_not_the_one_before():
    spoilt, manifest = _spoilt(_replaced("CNI+3'", "C#I+3'"))
    assert spoilt == {3}
    assert [one.number for one in manifest.consignments] == [
        "MEDU7700001",
        "MEDU7700002",
        "CMP-H-1",
        "CMP-H-2",
    ]


@pytest.mark.parametrize(
    ("old", "new", "rule"),
    [
        ("UNT+56+1", "UNT+55+1", "CLW1506"),
        ("UNT+56+1", "UNT+56+2", "CLW1506"),
        ("UNT+56+1'\n", "", "CLW1506"),
        ("CNI+4'\n", "", "CLW1506"),
        ("UNZ+1+MAN0001'", "UNZ+2+MAN0001'", "CLW1505"),
        ("UNZ+1+MAN0001'", "UNZ+1+OTHER'", "CLW1505"),
        ("UNZ+1+MAN0001'", "", "CLW1505"),
        ("BGM+85+MERIDIAN-0226+9", "BGM+85++9", "CLW1508"),
    ],
)
def test_a_message_that_came_incomplete_is_refused_whole(old, new, rule):
    whole = read_cuscar(_replaced(old, new))
    assert all(manifest.refused for manifest in whole.messages)
    faults = [*whole.faults, *(fault for each in whole.messages for fault in each.faults)]
    assert rule in {fault.rule for fault in faults}


def test_half_a_file_is_refused_whole_wherever_it_is_cut():
    for cut in range(30, len(SEA) - 2, 37):
        whole = read_cuscar(SEA[:cut])
        assert whole.faults
        assert all(manifest.refused for manifest in whole.messages)


@pytest.mark.parametrize(
    "data",
    [b"", b"hello", b"<xml/>", b"UNA:+.? '", b"UNB+UNOQ:3+A+B'", b"UNA+++++'UNB+UNOA",
     b"\x1f\x8b\x08", SEA[9:].lstrip().replace(b"UNB", b"XXB", 1)],
)  # fmt: skip
def test_what_is_no_interchange_is_refused(data):
    with pytest.raises(InputUnusable):
        read_cuscar(data)


def test_other_messages_are_passed_over_and_named():
    whole = read_cuscar(_replaced("CUSCAR:D:95B:UN", "CUSDEC:D:96B:UN"))
    assert whole.messages == []
    assert [fault.rule for fault in whole.faults] == ["CLW1507"]


@pytest.mark.parametrize(
    ("set_name", "encoding", "word"),
    [
        ("UNOC", "iso8859-1", "CAFÉ MOULU"),
        ("UNOY", "utf-8", "رز بسمتي"),
        ("UNOW", "utf-8", "cà phê 咖啡"),
        ("UNOE", "iso8859-5", "ЛЁН"),
        ("UNOF", "iso8859-7", "ΕΛΙΕΣ"),
    ],
)
def test_character_sets_are_read(set_name, encoding, word):
    text = SEA.decode().replace("UNOC", set_name).replace("FROZEN SQUID RINGS", word)
    spoilt, manifest = _spoilt(text.encode(encoding))
    assert spoilt == set()
    assert manifest.consignments[2].goods[0].description == word


def test_a_byte_outside_the_set_spoils_one_consignment():
    data = SEA.replace(b"UNOC", b"UNOB").replace(b"FROZEN SQUID", b"FROZEN SQU\xc9D")
    assert _spoilt(data)[0] == {3}


def test_other_separators_are_obeyed():
    told = SEA.split(b"UNA:+.? '", 1)[1].decode().replace("?'", "\0")
    swapped = told.translate(str.maketrans("+:'.", "*;~,")).replace("\0", "'")
    whole = read_cuscar(b"UNA;*,! ~" + swapped.encode())
    spoilt = [one for one in whole.messages[0].consignments if one.spoilt]
    assert (whole.faults, whole.messages[0].faults, spoilt) == ([], [], [])
    assert whole.messages[0].consignments[0].goods[0].gross_mass == 1_250_500_000


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("RFF+MB:A'RFF+BH:B", ("B", "A")),
        ("RFF+BH:B'RFF+MB:A", ("B", "A")),
        ("RFF+AWB:A'RFF+HWB:B", ("B", "A")),
        ("RFF+MWB:A", ("A", "")),
        ("RFF+BM:A", ("A", "")),
        ("RFF+CRN:A", ("", "")),
    ],
)
def test_masters_and_houses_are_told_apart(text, expected):
    whole = read_cuscar(_replaced("RFF+BM:MEDU7700001", text))
    first = whole.messages[0].consignments[0]
    assert (first.number, first.master_number) == expected


def test_our_reading_of_segments_equals_pydifacts():
    from pydifact.control import Characters
    from pydifact.parser import Parser
    from pydifact.tokenizer import Tokenizer

    chance = random.Random(3)
    letters = string.ascii_uppercase + string.digits + " .,-?+:'"
    for _ in range(300):
        segments = []
        for _ in range(chance.randrange(1, 6)):
            elements = [
                [
                    "".join(chance.choices(letters, k=chance.randrange(1, 6))).strip() or "X"
                    for _ in range(chance.randrange(1, 4))
                ]
                for _ in range(chance.randrange(1, 5))
            ]
            segments.append([["ABC"], *elements])
        told = "'".join(
            "+".join(":".join(re.sub(r"([?+:'])", r"?\1", part) for part in each) for each in one)
            for one in segments
        )
        ours = read_segments(f"UNB+UNOA:3'{told}'".encode()).segments[1:]
        tokens = Tokenizer().get_tokens(f"{told}'", Characters())
        theirs = Parser().convert_tokens_to_raw_segments(tokens)
        as_lists = [
            [[each] if isinstance(each, str) else list(each) for each in one] for one in theirs
        ]
        mine = [[[one.tag], *[list(element) for element in one.elements]] for one in ours]
        assert mine == as_lists == segments


@pytest.mark.parametrize(
    "bomb",
    [
        b"a" * 1_000_000 + b"?",
        b"?" * 1_000_001,
        (b"ABC+" + b"+" * 9_990 + b"'") * 50,
        b"CNI+1'" * 30_000,
    ],
)
def test_no_input_takes_more_than_its_length_in_time(bomb):
    begun = time.process_time()
    read_cuscar(b"UNB+UNOA:3+A+B++1'UNH+1+CUSCAR:D:95B:UN'" + bomb)
    assert time.process_time() - begun < 20


def test_size_and_segments_are_bounded(monkeypatch):
    monkeypatch.setattr("clearway.messages.cuscar_segments.MOST_SEGMENTS", 1_000)
    with pytest.raises(TooLarge):
        read_cuscar(b"UNB+UNOA:3'" + b" " * 33 * 1024 * 1024)
    with pytest.raises(TooLarge):
        read_cuscar(b"UNB+UNOA:3'" + b"'" * 1_001)


def test_any_damage_is_told_and_never_raised():
    chance = random.Random(11)
    for _ in range(400):
        data = bytearray(SEA)
        for _ in range(chance.randrange(1, 8)):
            place = chance.randrange(10, len(data))
            act = chance.randrange(3)
            if act == 0:
                data[place] = chance.randrange(256)
            elif act == 1:
                del data[place : place + chance.randrange(1, 30)]
            else:
                data[place:place] = bytes(chance.choices(b"+:'?A1\xff\0", k=chance.randrange(1, 9)))
        try:
            whole = read_cuscar(bytes(data))
        except InputUnusable:
            continue
        assert isinstance(whole.faults, list)
