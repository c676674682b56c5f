"""Golden cases: read exactly, refused where they cannot be, and compared without mercy."""

from pathlib import Path

import msgspec
import pytest

from clearway import packs
from clearway.kernel.assess import assess_one
from clearway.packs.golden import read_golden
from clearway.vocabulary.errors import InputUnusable, PackRefused

PACKS = Path(__file__).parents[1] / "packs_data"
FOLDERS = {"vnd": PACKS / "vnd", "cny": PACKS / "cny", "portolan": packs.demo_pack()}
CASES = [(name, path) for name, folder in FOLDERS.items() for path in folder.glob("golden/*.toml")]

MINIMAL = """title = "t"
source = "s"
[declaration]
lrn = "1"
legal_date = 2026-03-03
[[items]]
commodity = "85044090"
item_amount = "24000.005"
gross_mass = "1200.000001"
[[items]]
commodity = "85044090"
documents = [{ code = "N380", reference = "A" }]
[features]
median_unit_price = "4.25"
"unit_price" = "2"
importer_aeo_active = true
[expect]
total = "1"
"""


@pytest.fixture(scope="module")
def references(tmp_path_factory):
    cache = tmp_path_factory.mktemp("cache")
    return {name: packs.load(folder, cache) for name, folder in FOLDERS.items()}


@pytest.mark.parametrize(("name", "path"), CASES, ids=[path.stem for _, path in CASES])
def test_the_case_holds(references, name, path):
    case = read_golden(path)
    assert case.source
    decision = assess_one(case.lodgement, references[name])
    assert case.differences(decision, references[name].exponent) == []


def test_numbers_are_read_exactly(tmp_path):
    path = tmp_path / "case.toml"
    path.write_text(MINIMAL)
    lodgement = read_golden(path).lodgement
    assert lodgement.legal_date == 20_515
    assert lodgement.items[0].item_amount == 24_000_005
    assert lodgement.items[0].gross_mass == 1_200_000_001
    (document,) = lodgement.documents
    assert (document.item, document.code) == (2, "N380")
    assert lodgement.features["median_unit_price"] == 4_250_000
    assert lodgement.features["importer_aeo_active"] is True


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ('"24000.005"', "24000.005", "in quotes"),
        ('"24000.005"', '"24000.0005"', "more decimals"),
        ('"24000.005"', '"lots"', "cannot be read"),
        ("lrn", "lnr", "'lnr' is not a field"),
        ("gross_mass", "gross_weight", "'gross_weight' is not a field of Item"),
        ("median_unit_price", "median_price", "not a column"),
        ('total = "1"', 'sum = "1"', "sum"),
        ('source = "s"', "", "'source' is missing"),
        ("[features]", "[history]", "history is not known"),
        ("[expect]", "[expect", "cannot be read"),
        ('lrn = "1"', "items = 5", "items is not known"),
        ('lrn = "1"', 'documents = "x"', "cannot be read"),
        ('lrn = "1"', "charges = [5]", "cannot be read"),
        ('title = "t"', 'title = "t"\nfeatures = 5', "cannot be read"),
        ('title = "t"', 'title = "t"\ndeclaration = 5', "cannot be read"),
        ('title = "t"', 'title = "t"\nexpect = []', "cannot be read"),
        ("legal_date = 2026-03-03", 'legal_date = "today"', "legal_date"),
    ],
)
def test_a_case_that_cannot_be_read_says_why(tmp_path, old, new, complaint):
    assert old in MINIMAL
    path = tmp_path / "case.toml"
    path.write_text(MINIMAL.replace(old, new))
    with pytest.raises(InputUnusable) as refused:
        read_golden(path)
    assert complaint in str(refused.value)
    assert refused.value.where == str(path)


def test_every_kind_of_difference_is_told(references):
    case = read_golden(PACKS / "vnd" / "golden" / "gold-01.toml")
    decision = assess_one(case.lodgement, references["vnd"])
    other = msgspec.structs.replace(
        decision,
        accepted=False,
        values=decision.values[:1],
        charges=(
            msgspec.structs.replace(decision.charges[0], payable=1),
            msgspec.structs.replace(decision.charges[1], tax="XX"),
            msgspec.structs.replace(decision.charges[2], payable=None),
        ),
    )
    told = "\n".join(case.differences(other, 0))
    for sentence in (
        "accepted is False, expected True",
        "total is None, expected 226878750",
        "item 1: NK is 1, expected 61822500",
        "item 1: XX is 68004750, expected 0",
        "item 1: VAT is 0, expected 68004750",
        "item 2: customs value is not computed, expected 462150000",
        "item 2: NK is not computed, expected 46215000",
    ):
        assert sentence in told


def test_a_pack_whose_case_fails_does_not_compile(small, tmp_path):
    text = (PACKS / "vnd" / "golden" / "gold-01.toml").read_text()
    small.write("golden/wrong.toml", text)
    with pytest.raises(PackRefused, match=r"golden/wrong\.toml:\d+: PCK602 total"):
        packs.compile(small.folder, tmp_path / "out")
    assert not (tmp_path / "out").exists()
