"""The rules over the public WCO Data Model declarations: what they tell is true of them."""

from __future__ import annotations

import os
from collections import Counter
from pathlib import Path

import pytest

from clearway.kernel.decisions import Severity
from clearway.kernel.validation import validate
from clearway.messages import read_xml, to_lodgement
from clearway.vocabulary.dates import day_from_iso

SCENARIOS = Path(os.environ.get("CLEARWAY_OPEN_DATA", "../shared/data")) / "wco_dm/scenarios"
RECEIVED = day_from_iso("2026-12-31")

# Sums, signs, dates and texts: what a published declaration has no reason to get wrong.
NEVER = {
    *("CLW3101", "CLW3102", "CLW3105", "CLW3106", "CLW3107", "CLW3108", "CLW3109", "CLW3110"),
    *("CLW3111", "CLW3121", "CLW3122", "CLW3123", "CLW3124", "CLW3126", "CLW3127", "CLW3129"),
    *("CLW3301", "CLW3302", "CLW3303", "CLW3304", "CLW3305", "CLW3306", "CLW3307", "CLW3311"),
    *("CLW3501", "CLW3502", "CLW3503", "CLW3504", "CLW3505", "CLW3506", "CLW3507", "CLW3508"),
    *("CLW3407", "CLW3408", "CLW3411", "CLW3701", "CLW3702", "CLW3703", "CLW3712"),
}


@pytest.mark.skipif(not SCENARIOS.is_dir(), reason="the open data set is not there")
def test_the_rules_hold_on_published_declarations(make):
    kept = ("currency", "transport_mode")
    permissive = make.reference(
        country="GB",
        currency="GBP",
        exponent=2,
        commodities={},
        exchange_rates={},
        code_lists={name: codes for name, codes in make.lists().items() if name in kept},
        settings={"validation.home": "GB;XI;IM;JE;GG"},
    )
    told: Counter[str] = Counter()
    wrong_sums: list[tuple[str, str]] = []
    declarations = 0
    for path in sorted(SCENARIOS.glob("TT_*/*.xml")):
        reading = read_xml(path.read_bytes())
        if reading.declaration is None:
            continue
        lodgement, _ = to_lodgement(reading.declaration, observed_on=RECEIVED)
        declarations += 1
        for finding in validate(lodgement, permissive):
            told[finding.rule] += 1
            if finding.severity is Severity.ERROR and finding.rule == "CLW3103":
                parameters = dict(finding.parameters)
                packages = [item.packages or 0 for item in lodgement.items]
                assert sum(packages) == int(parameters["counted"])
                assert lodgement.total_packages == int(parameters["declared"])
                wrong_sums.append((path.name, finding.pointer))
    assert declarations >= 100
    assert NEVER.isdisjoint(told), sorted(NEVER & told.keys())
    # A few of them do declare a total that their items do not add up to.
    assert len(wrong_sums) <= declarations // 20
