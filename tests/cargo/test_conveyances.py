"""Conveyance reports: IMO, flight and plate checks, corrections until arrival."""

import pytest

SHIP = {
    "reference": "R1", "mode": "1", "means": "9074729", "journey": "026W",
    "carrier": "XP3000000001", "place": "XPLOD", "expected_at": "2026-03-04T06:00:00Z",
}  # fmt: skip


@pytest.mark.parametrize(
    ("varied", "pointer", "says"),
    [
        ({"means": "9074728"}, "/body/means", "expected 9"),
        ({"means": "IMO9074728"}, "/body/means", "expected 9"),
        ({"means": ""}, "/body/means", "CLW5104"),
        ({"means": "EVER MERIDIAN"}, "/body/means", "CLW5101"),
        ({"journey": ""}, "/body/journey", "voyage"),
        ({"mode": "4", "means": "", "journey": "WINDROSE 1"}, "/body/journey", "CLW5101"),
        ({"mode": "4", "means": "", "journey": ""}, "/body/journey", "flight"),
        ({"mode": "3", "means": "!", "journey": ""}, "/body/means", "CLW5101"),
        ({"mode": "2", "means": "", "journey": ""}, "/body/journey", "train"),
        ({"carrier": "12ARMILLARY"}, "/body/carrier", "CLW5101"),
        ({"place": "QQQQQ"}, "/body/place", "CLW5101"),
        ({"nationality": "QQ"}, "/body/nationality", "CLW5103"),
        ({"expected_at": "2028-01-01T00:00:00Z"}, "/body/expected_at", "CLW5105"),
        ({"departed_at": "2026-03-05T00:00:00Z"}, "/body/departed_at", "CLW5105"),
        ({"expected_at": "2026-03-04T06:00:00"}, "/body/expected_at", "timezone"),
        ({"expected_at": "2026-02-30T06:00:00Z"}, "/body/expected_at", ""),
    ],
)
def test_what_is_wrong_with_a_conveyance_is_named(border, varied, pointer, says):
    answer = border.post("carrier", "/conveyances", SHIP | varied)
    assert answer.status_code == 422, answer.told
    (error,) = [each for each in answer.told["errors"] if each["pointer"] == pointer]
    assert says in error["detail"]


@pytest.mark.parametrize(
    "varied",
    [
        {"means": "IMO 9074729"},
        {"mode": "4", "means": "", "journey": "WR123"},
        {"mode": "3", "means": "粤B12345", "journey": ""},
        {"mode": "3", "means": "XP-12 ABC", "journey": ""},
        {"mode": "2", "means": "", "journey": "T4410"},
    ],
)
def test_conveyances_of_every_mode_are_reported(border, varied):
    answer = border.post("carrier", "/conveyances", SHIP | varied)
    assert answer.status_code == 201, answer.told


def test_reports_are_corrected_until_arrival_and_versions_are_kept(border):
    from clearway.cargo.models import ConveyanceVersion

    ship = border.post("carrier", "/conveyances", SHIP).told
    assert border.post("carrier", "/conveyances", SHIP).told == ship
    assert border.post("carrier", "/conveyances", SHIP | {"journey": "9"}).status_code == 409
    path = f"/conveyances/{ship['id']}"
    later = SHIP | {"expected_at": "2026-03-02T07:00:00Z", "reason": "good wind"}
    corrected = border.post("carrier", f"{path}/corrections", later)
    assert (corrected.status_code, corrected.told["version"]) == (201, 2)
    renamed = later | {"reference": "R2"}
    assert border.post("carrier", f"{path}/corrections", renamed).status_code == 409
    future = border.post("carrier", f"{path}/arrival", {"arrived_at": "2026-03-02T09:00:00Z"})
    assert future.status_code == 422
    arrived = border.post("carrier", f"{path}/arrival", {"arrived_at": "2026-03-02T07:00:00Z"})
    assert arrived.told["state"] == "arrived"
    assert border.post("carrier", f"{path}/corrections", later).status_code == 409
    other = {"arrived_at": "2026-03-02T07:30:00Z"}
    assert border.post("carrier", f"{path}/arrival", other).status_code == 409
    assert ConveyanceVersion.objects.count() == 2
