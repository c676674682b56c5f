"""Golden cases: files an officer can read, each held against every door of the kernel.

A case stands in a TOML file beside this one. Its declaration is written with the names of the
WCO Data Model, as JSON messages have them; its expectation was worked by hand from the source
that it names. Here each case goes through the kernel from the JSON reading, and again from XML,
CSV and Parquet; and once through the command line, as JSON and as XML.
"""

import contextlib
import io
import json
import tomllib
from decimal import Decimal
from pathlib import Path

import pytest

from clearway import messages, packs
from clearway.__main__ import build
from clearway.batch.history import KEY, read_history
from clearway.batch.run import complete
from clearway.cli.main import run
from clearway.kernel.assess import assess_one
from clearway.vocabulary.dates import day_from_iso

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
CASES = sorted(HERE.glob("*.toml"))
OBSERVED = "2026-11-20"
OBSERVED_ON = day_from_iso(OBSERVED)


@pytest.fixture(scope="session")
def opened(tmp_path_factory):
    cache = tmp_path_factory.mktemp("snapshots")
    references = {}

    def open_pack(name):
        if name not in references:
            folder = packs.demo_pack() if name == "demo" else ROOT / name
            references[name] = packs.load(folder, cache=cache)
        return references[name]

    return open_pack


def read_case(path):
    return tomllib.loads(path.read_text(encoding="utf-8"))


def record_of(case):
    data = json.dumps({"Declaration": case["declaration"]}, default=str).encode()
    reading = messages.read_json(data)
    assert reading.problems == ()
    return reading.record


def write_history_of(case, path):
    """Write what no message carries as the table that ``assess --history`` reads."""
    known = case.get("history", {})
    header = ",".join([KEY, *known])
    row = ",".join([case["declaration"]["FunctionalReferenceID"], *known.values()])
    path.write_text(f"{header}\n{row}\n", encoding="utf-8")


def lodgement_of(case, record, reference, folder):
    lodgement, problems = messages.to_lodgement(record)
    assert problems == []
    write_history_of(case, folder / "history.csv")
    history = read_history(folder / "history.csv", reference.exponent)
    history[lodgement.lrn].complete(lodgement)
    complete(lodgement, reference, OBSERVED_ON)
    return lodgement


def amount(minor, reference):
    return None if minor is None else Decimal(minor).scaleb(-reference.exponent)


def hold(case, decision, reference):
    """Compare a decision with what the case expects, datum by datum."""
    expected = case["expect"]
    if "findings" in expected:
        assert [f"{f.rule} {f.pointer}" for f in decision.findings] == expected["findings"]
    if "values" in expected:
        values = [amount(value.value, reference) for value in decision.values]
        assert values == [Decimal(value) for value in expected["values"]]
    charges = {(line.item, line.tax): line for line in decision.charges}
    for charge in expected.get("charges", ()):
        line = charges[charge["item"], charge["tax"]]
        assert amount(line.payable, reference) == Decimal(charge["amount"]), charge
        if "base" in charge:
            assert amount(line.base, reference) == Decimal(charge["base"]), charge
    if "charges" in expected:
        named = {(charge["item"], charge["tax"]) for charge in expected["charges"]}
        unnamed = [line for key, line in charges.items() if key not in named and line.payable != 0]
        assert unnamed == []
    if "total" in expected:
        total = sum(line.payable for line in decision.charges)
        assert amount(total, reference) == Decimal(expected["total"])
    if "lane" in expected:
        assert decision.selection.lane.name == expected["lane"]
    if "channel" in expected:
        assert decision.selection.channel.value == expected["channel"]
    if "score" in expected:
        assert Decimal(decision.selection.score) / 1000 == Decimal(expected["score"])
    if "accepted" in expected:
        assert decision.accepted is expected["accepted"]


def by_csv(record):
    target = io.StringIO()
    messages.write_csv([record], target)
    (reading,) = messages.read_csv(target.getvalue().encode())
    return reading.record


def by_parquet(record, folder):
    path = folder / "case.parquet"
    messages.write_parquet([record], path)
    (reading,) = messages.read_parquet(path)
    return reading.record


def test_there_are_golden_cases():
    cards = {read_case(path)["card"] for path in CASES}
    assert {"C01", "C02", "C04", "C06", "C13"} <= cards


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_case_holds_through_every_message_form(path, opened, tmp_path):
    case = read_case(path)
    reference = opened(case["pack"])
    record = record_of(case)
    decision = assess_one(lodgement_of(case, record, reference, tmp_path), reference)
    hold(case, decision, reference)
    forms = {
        "xml": messages.read_xml(messages.write_xml(record)).record,
        "csv": by_csv(record),
        "parquet": by_parquet(record, tmp_path),
    }
    for form, again in forms.items():
        assert messages.equal_field_by_field(record, again) == [], form
        assert assess_one(lodgement_of(case, again, reference, tmp_path), reference) == decision, (
            form
        )


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_case_holds_through_the_command_line(path, opened, tmp_path):
    case = read_case(path)
    reference = opened(case["pack"])
    record = record_of(case)
    decision = assess_one(lodgement_of(case, record, reference, tmp_path), reference)
    (tmp_path / "case.json").write_bytes(messages.write_json(record))
    (tmp_path / "case.xml").write_bytes(messages.write_xml(record))
    pack = packs.demo_pack() if case["pack"] == "demo" else ROOT / case["pack"]
    for file in ("case.json", "case.xml"):
        command = ["assess", str(tmp_path / file), "--pack", str(pack), "--format", "json"]
        command += ["--history", str(tmp_path / "history.csv"), "--observed-on", OBSERVED]
        answer = io.TextIOWrapper(io.BytesIO(), encoding="utf-8")
        with contextlib.redirect_stdout(answer):
            assert run(build(), command) == 0
        answer.flush()
        document = json.loads(answer.buffer.getvalue())
        (assessed,) = document["decisions"]
        told = [(line["item"], line["tax"], line["payable"]) for line in assessed["charges"]]
        assert told == [(line.item, line.tax, line.payable) for line in decision.charges]
        assert assessed["selection"]["lane"] == decision.selection.lane.name
        rules = [finding["rule"] for finding in assessed["findings"]]
        assert rules == [finding.rule for finding in decision.findings]
