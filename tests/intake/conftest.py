"""A line of the test's own, an organisation that lodges, and declarations that the kernel takes."""

import copy
from datetime import UTC, date, datetime

import msgspec
import pytest

TIN = "XP1000000009"
DAY = date(2026, 3, 3)
NOW = datetime(2026, 3, 3, 9, tzinfo=UTC)


@pytest.fixture(scope="session")
def reference():
    from clearway import packs

    return packs.load(packs.demo_pack())


@pytest.fixture(scope="session")
def patterns(reference):
    """Messages of the simulated day that the kernel accepts, in the name of one trader."""
    from clearway.kernel.assess import assess_one
    from clearway.messages import to_lodgement, write_json
    from clearway.messages.records import MetaData
    from clearway.simulators.day import generate_day

    found = []
    for made in generate_day(reference, DAY, declarations=120, seed=3):
        record = MetaData(wco_type_name="DEC", declaration=made.declaration)
        lodgement, problems = to_lodgement(record)
        if problems or made.mistakes or lodgement.type_code != "IMA" or lodgement.low_value_regime:
            continue
        tree = msgspec.json.decode(write_json(record))
        tree["Declaration"]["Declarant"] = {"ID": TIN}
        tree["Declaration"].pop("Agent", None)
        tree["Declaration"]["GoodsShipment"]["Importer"] = {"ID": TIN}
        lodgement, _ = to_lodgement(_read(tree))
        lodgement.observed_on = lodgement.legal_date
        if assess_one(lodgement, reference).accepted:
            found.append(tree)
    assert len(found) >= 5
    return found


def _read(tree):
    from clearway.messages import read_json

    return read_json(msgspec.json.encode(tree)).record


@pytest.fixture
def message(patterns):
    """Make a message: ``message(n)`` has reference ``REF-n`` and goods of its own."""

    def make(number, *, change=None, reference=None):
        tree = copy.deepcopy(patterns[number % len(patterns)])
        declaration = tree["Declaration"]
        declaration["FunctionalReferenceID"] = reference or f"REF-{number}"
        declaration["GoodsShipment"]["UCR"] = {"TraderAssignedReferenceID": f"6XP{number:09d}"}
        if change is not None:
            change(declaration)
        return msgspec.json.encode(tree)

    return make


@pytest.fixture
def trader(both_databases):
    """An active organisation and its key, on either database."""
    return make_trader()


def make_trader(identifier=TIN):
    from clearway.accounts.models import Organisation
    from clearway.audit.actor import Actor, Role

    made = Organisation.objects.create(
        identifier=identifier, name="Atlas Trading", kind="trader", country="XP", state="active",
        registered_at=NOW,
    )  # fmt: skip
    return Actor(
        name="key:1", organisation=made.pk, identifier=identifier, roles=frozenset({Role.TRADER})
    )


@pytest.fixture
def line(both_databases, reference):
    """A running line over the demo country's pack."""
    from clearway.intake.line import Line

    made = Line(lambda _at: reference)
    made.start()
    yield made
    made.stop()
    assert not made.running


@pytest.fixture
def lodge(line, trader):
    """Submit a message; ``lodge(body)`` returns the future, keys given or made."""
    from clearway.intake.submission import JSON, Submission

    counter = iter(range(10**9))

    def submit(body, key=None, **more):
        given = {
            "actor": trader, "door": "api", "media_type": JSON, "received_at": NOW,
            "idempotency_key": f"key-{next(counter)}" if key is None else key, **more,
        }  # fmt: skip
        return line.submit(Submission(body=body, **given))

    return submit
