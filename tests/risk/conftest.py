"""The border of the declarations' tests, with those who write profiles and those who decide."""

from __future__ import annotations

from datetime import date, timedelta

import msgspec
import pytest
from tests.declarations.conftest import border  # noqa: F401 - fixtures

from clearway.risk.profiles import back_testing, queries, service
from clearway.risk.profiles.rules import Draft

TODAY = date(2026, 3, 3)
WRITTEN = Draft(
    name="Cable ties far too cheap",
    condition="hs LIKE '3926%' AND origin = 'CN'",
    lane=3,
    weight=10,
    owner="Risk Management Office",
    reasons="Four undervalued consignments in February.",
    valid_from=TODAY,
    valid_to=TODAY + timedelta(days=180),
    trader_text="profiles.trader.value",
)


class Office:
    """Those who know profiles, by name, and the way of a profile as far as it is wanted."""

    def __init__(self, border):  # noqa: F811
        self.border = border
        self.ann = border.actors["analyst"]
        self.ben = border.actors["analyst2"]
        self.head = border.actors["supervisor"]

    def digest(self, code):
        version = queries.open_version(code) or queries.version_to_decide(code)
        return queries.text_of(version).digest

    def draft(self, code="UV-017", **changes):
        return service.draft(self.ann, code, msgspec.structs.replace(WRITTEN, **changes))

    def try_out(self, code="UV-017", since=TODAY - timedelta(days=30), until=TODAY, who=None):
        return back_testing.try_out(who or self.ann, code, since, until, seen=self.digest(code))

    def tested(self, code="UV-017", **changes):
        """Draft a profile and let a trial pass; something has to be lodged before."""
        self.draft(code, **changes)
        assert self.try_out(code).passed
        return queries.open_version(code)

    def approved(self, code="UV-017", **changes):
        self.tested(code, **changes)
        service.propose(self.ann, code, seen=self.digest(code))
        return service.approve(self.ben, code, "Agreed.", seen=self.digest(code))


@pytest.fixture
def office(border):  # noqa: F811
    return Office(border)


@pytest.fixture
def lodged(border):  # noqa: F811
    """Some history: two declarations of goods from the United States."""
    return [border.lodge(document=f"HBL-0{place}") for place in range(2)]
