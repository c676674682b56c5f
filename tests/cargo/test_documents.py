"""Transport documents through the API: reported, refused, corrected, tallied, drawn on."""

import pytest

from clearway.cargo.models import CargoFinding, TransportDocument


@pytest.fixture
def ship(border):
    return border.ship()


def _errors(answer):
    return [(error["pointer"], error["detail"][:8]) for error in answer.told["errors"]]


def _container(number, **more):
    return {"number": number, **more}


@pytest.mark.parametrize(
    ("number", "expected"), [("CSQU3054383", None), ("CSQU3054384", "3"), ("MSCU0000060", None)]
)
def test_the_carriers_own_container_number_is_held_to_its_check_digit(
    border, ship, number, expected
):
    answer = border.bill(conveyance=ship["id"], containers=[_container(number)])
    if expected is None:
        assert answer.status_code == 201, answer.told
        return
    assert answer.status_code == 422
    assert _errors(answer) == [("/body/containers/0/number", "CLW5102:")]
    assert "expected 3" in answer.told["errors"][0]["detail"]
    assert not TransportDocument.objects.exists()


def test_a_copied_container_number_only_warns(border, ship):
    border.bill(conveyance=ship["id"], number="M1")
    answer = border.bill(
        "broker",
        number="H1",
        master_number="M1",
        packages=10,
        gross_mass="90",
        containers=[_container("CSQU3054384")],
    )
    assert answer.status_code == 201, answer.told
    assert answer.told["author"] == "copy"
    (found,) = answer.told["findings"]
    assert (found["rule"], found["severity"]) == ("CLW5102", "warning")


@pytest.mark.parametrize("description", ["FAK", "General Cargo", "as per B/L", "普通货物", "parts"])
def test_a_description_that_describes_nothing_is_asked_about(border, ship, description):
    answer = border.bill(conveyance=ship["id"], description=description)
    assert answer.status_code == 201
    assert answer.told["state"] == "rfi"
    better = {"conveyance": ship["id"], "description": "Cotton shirts", "reason": "told"}
    from tests.cargo.conftest import bill

    mended = border.post("carrier", "/transport-documents/MEDU7700001/corrections", bill(**better))
    assert mended.status_code == 201, mended.told
    assert (mended.told["state"], mended.told["version"]) == ("ok", 2)
    assert not CargoFinding.objects.filter(rule="CLW5108").exists()


def test_a_tally_of_98_is_short_by_2_and_flags_both_declarations(border, ship, stock):
    border.bill(conveyance=ship["id"])
    first, second, third = stock.reserve(
        ("MEDU7700001", 1, 60, 600), ("MEDU7700001", 2, 40, 400), ("MEDU7700001", 3, 1, 0)
    )
    assert [first.kind, second.kind, third.kind] == ["reserved", "reserved", "short"]
    early = border.post("terminal", "/transport-documents/MEDU7700001/discharge", {"packages": 98})
    assert early.status_code == 409
    _arrive(border, ship)
    tally = border.post("terminal", "/transport-documents/MEDU7700001/discharge", {"packages": 98})
    assert tally.status_code == 201, tally.told
    assert (tally.told["state"], tally.told["short"], tally.told["excess"]) == ("short", 2, 0)
    flagged = border.events("transport_document.short")
    assert [subject for subject, _ in flagged] == [
        "transport_document:MEDU7700001",
        "declaration:26XP00000000000010",
        "declaration:26XP00000000000020",
    ]
    assert {body["by"] for _, body in flagged} == {2}
    assert border.get("carrier", "/transport-documents/MEDU7700001").told["stock"] == {
        "packages": 100,
        "gross_mass": "1000",
        "drawn_packages": 100,
        "drawn_mass": "1000",
        "final_packages": 0,
        "final_mass": "0",
        "left_packages": 0,
        "left_mass": "10",
        "tallied_packages": 98,
        "tallied_mass": None,
    }


def test_an_excess_flags_too_and_is_drawn_only_after_a_correction(border, ship, stock):
    border.bill(conveyance=ship["id"])
    stock.reserve(("MEDU7700001", 1, 100, 1000))
    _arrive(border, ship)
    tally = border.post("terminal", "/transport-documents/MEDU7700001/discharge", {"packages": 103})
    assert (tally.told["state"], tally.told["excess"]) == ("excess", 3)
    assert len(border.events("transport_document.excess")) == 2
    assert stock.reserve(("MEDU7700001", 2, 1))[0].kind == "short"
    from tests.cargo.conftest import bill

    body = bill(conveyance=ship["id"], packages=103, gross_mass="1030", reason="found more")
    path = "/transport-documents/MEDU7700001/corrections"
    assert border.post("carrier", path, body).status_code == 409
    assert border.post("officer", path, body).status_code == 201
    assert stock.reserve(("MEDU7700001", 2, 3, 30))[0].kind == "reserved"


def _arrive(border, ship):
    from datetime import UTC, datetime

    border.clock.advance(datetime(2026, 3, 4, 7, tzinfo=UTC))
    at = "2026-03-04T06:30:00Z"
    answer = border.post("carrier", f"/conveyances/{ship['id']}/arrival", {"arrived_at": at})
    assert answer.status_code == 200, answer.told
    return answer.told


def _concerned(subject):
    from clearway.events.models import Event

    event = Event.objects.get(kind="transport_document.arrived", subject=subject)
    return {int(each) for each in event.concerns.strip(",").split(",")}


def test_arrival_lets_every_document_arrive_and_tells_who_draws(border, ship, stock):
    border.bill(conveyance=ship["id"])
    border.bill(conveyance=ship["id"], number="M2", packages=10)
    border.bill("broker", number="H2", master_number="M2", packages=5, gross_mass="100")
    stock.reserve(("MEDU7700001", 1, 60))
    told = _arrive(border, ship)
    assert told["state"] == "arrived"
    arrivals = dict(border.events("transport_document.arrived"))
    assert set(arrivals) == {f"transport_document:{n}" for n in ("MEDU7700001", "M2", "H2")}
    assert "26XP" not in str(arrivals)  # nobody learns of another's declaration
    assert _concerned("transport_document:MEDU7700001") == {
        border.actors["carrier"].organisation,
        101,
    }
    states = TransportDocument.objects.values_list("state", flat=True)
    assert set(states) == {"arrived"}
    late = border.bill(conveyance=ship["id"], number="LATE")
    assert (late.told["state"], late.told["late"]) == ("arrived", True)
    assert len(border.events("transport_document.arrived")) == 4
    assert _arrive(border, ship) == told


def test_houses_weigh_no_more_than_their_master(border, ship):
    border.bill(conveyance=ship["id"], number="M1", gross_mass="1000")
    first = border.bill("broker", number="H1", master_number="M1", gross_mass="600")
    assert first.status_code == 201, first.told
    heavy = border.bill("broker", number="H2", master_number="M1", gross_mass="410.1")
    assert heavy.status_code == 422
    assert _errors(heavy) == [("/body/gross_mass", "CLW5114:")]
    assert "1010.1 kg" in heavy.told["errors"][0]["detail"]
    within = border.bill("broker", number="H2", master_number="M1", gross_mass="410")
    assert within.status_code == 201
    from tests.cargo.conftest import bill

    lighter = bill(number="M1", conveyance=ship["id"], gross_mass="900", reason="weighed anew")
    answer = border.post("carrier", "/transport-documents/M1/corrections", lighter)
    assert answer.status_code == 422
    assert _errors(answer) == [("/body/gross_mass", "CLW5114:")]


def test_a_master_with_houses_is_not_drawn_on_and_one_drawn_on_gets_none(border, ship, stock):
    border.bill(conveyance=ship["id"], number="M1")
    border.bill("broker", number="H1", master_number="M1", packages=40, gross_mass="400")
    assert [one.kind for one in stock.reserve(("M1", 1, 5), ("H1", 1, 5))] == [
        "has_houses",
        "reserved",
    ]
    border.bill(conveyance=ship["id"], number="M2")
    stock.reserve(("M2", 2, 5))
    answer = border.bill("broker", number="H2", master_number="M2", packages=4, gross_mass="40")
    assert _errors(answer) == [("/body/master_number", "CLW5115:")]
    under_house = border.bill("broker", number="H3", master_number="H1", packages=4, gross_mass="4")
    assert _errors(under_house) == [("/body/master_number", "CLW5113:")]


def test_the_same_report_again_changes_nothing_and_another_is_refused(border, ship):
    first = border.bill(conveyance=ship["id"])
    again = border.bill(conveyance=ship["id"])
    assert (again.status_code, again.told) == (201, first.told)
    assert len(border.events("transport_document.reported")) == 1
    other = border.bill(conveyance=ship["id"], packages=99)
    assert _errors(other) == [("/body/number", "CLW5111:")]
    spelt = border.bill(conveyance=ship["id"], number="medu-7700001")
    assert _errors(spelt) == [("/body/number", "CLW5111:")]


def test_a_correction_leaves_what_is_drawn(border, ship, stock):
    border.bill(conveyance=ship["id"])
    stock.reserve(("MEDU7700001", 1, 60, 600))
    from tests.cargo.conftest import bill

    path = "/transport-documents/MEDU7700001/corrections"
    less = bill(conveyance=ship["id"], packages=59, gross_mass="500", reason="counted anew")
    answer = border.post("carrier", path, less)
    assert [code for _, code in _errors(answer)] == ["CLW5118:", "CLW5118:"]
    enough = bill(conveyance=ship["id"], packages=60, gross_mass="600", reason="counted anew")
    assert border.post("carrier", path, enough).told["stock"]["left_packages"] == 0


def test_a_cancelled_number_is_free_again(border, ship):
    border.bill(conveyance=ship["id"])
    path = "/transport-documents/MEDU7700001/cancellation"
    assert border.post("carrier", path, {"reason": "never shipped"}).told["state"] == "cancelled"
    assert border.post("carrier", path, {"reason": "never shipped"}).status_code == 404
    assert border.bill(conveyance=ship["id"], packages=50).status_code == 201


@pytest.mark.parametrize(
    ("wrong", "pointer", "code"),
    [
        ({"packages": 0}, "/body/packages", "CLW5109:"),
        ({"gross_mass": "0"}, "/body/gross_mass", "CLW5109:"),
        ({"package_type": "Q?"}, "/body/package_type", "CLW5103:"),
        ({"loading_place": "SHANGHAI"}, "/body/loading_place", "CLW5101:"),
        ({"loading_place": "QQSHA"}, "/body/loading_place", "CLW5101:"),
        ({"dangerous_goods": ["１２３４"]}, "/body/dangerous_goods/0", "CLW5101:"),
        ({"consignor_name": "  "}, "/body/consignor_name", "CLW5104:"),
        ({"master_number": "NOWHERE"}, "/body/master_number", "CLW5112:"),
        ({"containers": [{"number": "CSQU3054383"}] * 2}, "/body/containers", "CLW5106:"),
        ({"containers": [{"number": "ＣSQU3054383"}]}, "/body/containers/0/number", "CLW5101:"),
    ],
)
def test_wrong_data_are_named_one_by_one(border, ship, wrong, pointer, code):
    conveyance = {} if "master_number" in wrong else {"conveyance": ship["id"]}
    answer = border.bill(**conveyance, **wrong)
    assert answer.status_code == 422, answer.told
    assert (pointer, code) in _errors(answer)
    assert not TransportDocument.objects.exists()


@pytest.mark.parametrize(
    "wrong",
    [
        {"gross_mass": "1,5"}, {"gross_mass": "-1"}, {"gross_mass": "1e309"}, {"gross_mass": "NaN"},
        {"packages": -1}, {"packages": 10**12}, {"description": "x" * 513}, {"surprise": 1},
        {"consignor_name": "a\0b"}, {"number": "A/B"}, {"gross_mass": "１２"},
    ],
)  # fmt: skip
def test_data_outside_the_form_are_refused(border, ship, wrong):
    answer = border.bill(conveyance=ship["id"], **wrong)
    assert answer.status_code == 422, answer.told
    assert not TransportDocument.objects.exists()


def test_every_fault_is_told_at_once(border, ship):
    answer = border.bill(
        conveyance=ship["id"], packages=0, loading_place="X", containers=[_container("ABC")]
    )
    assert {code for _, code in _errors(answer)} == {"CLW5109:", "CLW5101:"}
    assert len(answer.told["errors"]) == 3


def test_a_late_report_is_flagged_by_the_packs_hours(border):
    soon = border.ship(
        expected_at="2026-03-04T06:00:00Z", departed_at="2026-03-03T07:00:00Z", reference="R2"
    )
    contained = border.bill(
        conveyance=soon["id"], number="L1", containers=[_container("CSQU3054383")]
    )
    loose = border.bill(conveyance=soon["id"], number="L2")
    # 24 hours before loading have passed; before arrival, 46 hours are left.
    assert (contained.told["late"], loose.told["late"]) == (True, False)
    assert [found["rule"] for found in contained.told["findings"]] == ["CLW5110"]


def test_goods_that_lie_too_long_are_overdue(border, ship):
    from datetime import UTC, datetime

    from clearway.audit.actor import system
    from clearway.cargo import discharging

    border.bill(conveyance=ship["id"])
    _arrive(border, ship)
    before, after = datetime(2026, 5, 3, tzinfo=UTC), datetime(2026, 5, 4, tzinfo=UTC)
    assert discharging.expire(system("jobs"), before) == 0
    assert discharging.expire(system("jobs"), after) == 1
    assert discharging.expire(system("jobs"), after) == 0
    assert TransportDocument.objects.get().state == "overdue"
    assert len(border.events("transport_document.overdue")) == 1


def test_two_who_file_one_number_at_once_leave_one_document(both_databases, document):
    from clearway.cargo import queries

    document(number="AB 1")
    with pytest.raises(Exception, match=r"(?i)unique"):
        document(number="ab-1")
    assert queries.live_document("AB1").number == "AB 1"
