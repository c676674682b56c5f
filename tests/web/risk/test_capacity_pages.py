"""What an office can inspect: set by a supervisor, shown with the plan that spends it."""

import pytest
from tests.declarations.conftest import border  # noqa: F401 - fixtures
from tests.web.conftest import signed  # noqa: F401 - fixtures

from clearway.events.models import Event
from clearway.risk.scoring.models import OfficeCapacity
from clearway.risk.scoring.plans import Plan
from clearway.risk.scoring.service import keep_plan
from clearway.selectivity.cuts import NEVER, Cuts

GIVEN = {"office": "XP000110", "per_day": "20", "chance": "80", "stake": "15", "new": "5"}


def test_a_supervisor_sets_it_and_everybody_concerned_reads_it(signed):  # noqa: F811
    answer = signed("supervisor").post(
        "/inspection-capacity/set", {**GIVEN, "reason": "Two teams"}, follow=True
    )
    assert answer.status_code == 200
    row = OfficeCapacity.objects.get()
    assert (row.per_day, row.chance, row.stake, row.new) == (20, 80, 15, 5)
    assert Event.objects.filter(kind="capacity.set").count() == 1
    for who in ("analyst", "auditor"):
        shown = signed(who).get("/inspection-capacity/")
        assert "XP000110" in shown.content.decode()
    refused = signed("analyst").post("/inspection-capacity/set", {**GIVEN, "reason": "Mine"})
    assert refused.status_code in {403, 404}
    assert OfficeCapacity.objects.count() == 1


@pytest.mark.parametrize(
    "wrong",
    [{"per_day": "-1"}, {"per_day": "many"}, {"per_day": "1" * 12}, {"chance": "90"}, {"new": ""},
     {"reason": " "}, {"office": ""}, {"office": "X" * 30}, {"stake": "15.5"}],
)  # fmt: skip
def test_what_cannot_be_is_told_and_nothing_is_kept(signed, wrong):  # noqa: F811
    answer = signed("supervisor").post(
        "/inspection-capacity/set", {**GIVEN, "reason": "Two teams", **wrong}
    )
    assert answer.status_code == 422
    assert not OfficeCapacity.objects.exists()


def test_a_plan_is_told_in_the_readers_figures(signed):  # noqa: F811
    keep_plan("XP000110", 0, 20_515, Plan(Cuts(), 0.5, 0.1, 41.6, None, 90, 9))
    keep_plan("XP000120", 0, 20_515, Plan(Cuts(red_score=NEVER), 0.5, 0.1, 8.0, 1, 90, 30))
    shown = signed("supervisor").get("/inspection-capacity/").content.decode()
    assert ">42<" in shown
    assert "others take it all" in shown
    assert "10.0%" in shown
