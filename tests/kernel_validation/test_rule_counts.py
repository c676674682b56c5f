"""What the documents say of the number of rules is what there is."""

import re
from pathlib import Path

from clearway.kernel.texts import catalogue
from clearway.kernel.validation import RULES

ROOT = Path(__file__).parents[2]


def test_the_documents_count_the_rules_rightly():
    findings = sum(bool(re.fullmatch(r"CLW\d{4}", key)) for key in catalogue("en"))
    changes = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert f"{len(RULES)} rules of validation, among {findings} numbered findings" in changes
    guide = (ROOT / "docs" / "start-here.md").read_text(encoding="utf-8")
    assert f"holds the {len(RULES)} rules" in guide
