"""The page on country packs: each example is read by the code that it describes."""

import re
import tomllib
from pathlib import Path

import pytest

from clearway import packs
from clearway.kernel.assess import assess_one
from clearway.messages import read_json, to_lodgement
from clearway.packs.golden import read_golden

PAGE = (Path(__file__).parents[2] / "docs" / "country-packs.md").read_text(encoding="utf-8")
SECTIONS = re.split(r"^## ", PAGE, flags=re.MULTILINE)[1:]
EXAMPLES = [
    (file, kind, block)
    for section in SECTIONS
    for files in [re.findall(r"[\w*/]+\.(?:csv|toml)", section.partition("\n")[0])]
    for blocks in [re.findall(r"```(csv|toml)\n(.*?)```", section, re.DOTALL)]
    for file, (kind, block) in zip(files, blocks, strict=False)
]


def test_the_first_pack_is_complete_as_it_is_shown(tmp_path):
    """Written out file by file, it checks without a warning; its golden case holds."""
    (section,) = [text for text in SECTIONS if text.startswith("A first pack")]
    files = re.findall(r"`([\w/.]+)`:\n\n```\w+\n(.*?)```", section, re.DOTALL)
    assert len(files) == 5
    for name, content in files:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(content, encoding="utf-8")
    assert [str(problem) for problem in packs.check(tmp_path / "isle").problems] == []
    reference = packs.load(tmp_path / "isle", tmp_path / "cache")
    reading = read_json((tmp_path / "bicycles.json").read_bytes())
    lodgement, problems = to_lodgement(reading.record)
    assert [*reading.problems, *problems] == []
    decision = assess_one(lodgement, reference)
    assert decision.accepted
    assert decision.findings == ()
    assert [line.payable for line in decision.charges] == [10_000, 22_000]


def test_every_file_of_the_format_has_its_example():
    shown = {file for file, _, _ in EXAMPLES}
    assert shown == {
        "pack.toml", "nomenclature.csv", "areas.csv", "measure_types.csv", "measures.csv",
        "additional_codes.csv", "preferences.csv", "quotas.csv", "exchange_rates.csv",
        "offices.csv", "agencies.csv", "code_lists/*.csv", "permits.csv", "calendar.toml",
        "low_value.toml", "profiles.toml", "golden/*.toml",
    }  # fmt: skip


@pytest.mark.parametrize(("file", "kind", "block"), EXAMPLES, ids=[row[0] for row in EXAMPLES])
def test_the_example_is_read_without_complaint_about_its_form(small, file, kind, block):
    """Codes that only the example knows may be unknown to the small pack; the form may not."""
    if file.startswith("golden/"):
        small.write("golden/example.toml", block)
        assert read_golden(small.folder / "golden/example.toml").expect.total
        return
    if kind == "toml":
        tomllib.loads(block)
    name = file.replace("*", "document")
    small.write(name, block)
    form = [row for row in packs.check(small.folder).problems if row.code.startswith("PCK1")]
    assert [str(row) for row in form if row.file == name] == []
