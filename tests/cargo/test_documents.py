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
