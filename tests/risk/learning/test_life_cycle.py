"""The table of states: every act in every state, who may do which, and what a promotion takes."""

from __future__ import annotations

import itertools

import msgspec
import pytest
from tests.risk.learning.made import NOW, content
from tests.risk.learning.test_back_test import back_tested, inspected

from clearway.accounts.models import Organisation
from clearway.audit.actor import Actor, Role
from clearway.events.models import Event
from clearway.risk.child import FAILED, Made
from clearway.risk.learning import cards, life_cycle, queries, service, serving, working
from clearway.risk.learning.life_cycle import ACTS, STATES, TRANSITIONS
from clearway.risk.learning.models import ModelVersion
from clearway.vocabulary.errors import DataRefused, NotThere, StateForbids


class House:
    """An analyst who makes models, another, and their head; models in any state."""

    def __init__(self):
        self.home = Organisation.objects.create(
            name="Customs", kind="administration", country="XP", state="active", registered_at=NOW
        )
        self.ann, self.ben = (self.actor(one, Role.ANALYST) for one in (1, 2))
        self.head = self.actor(3, Role.SUPERVISOR)

    def actor(self, number, role):
        return Actor(f"user:{number}", self.home.pk, roles=frozenset({role}))

    def model(self, state, card=None, **more):
        packed = content() if state != "data" else b""
        given = {
            "made_by": "user:1",
            "asked_by": "user:1" if state in {"proposed", "retiring"} else "",
        }
        return ModelVersion.objects.create(
            number=ModelVersion.objects.count() + 1, state=state, content=packed,
            digest=serving.digest_of(packed) if packed else "", card=card or b"", made_at=NOW,
            work="train" if state == "data" else "", **{**given, **more},
        )  # fmt: skip


@pytest.fixture
def house(both_databases):
    return House()


@pytest.fixture(scope="module")
def good():
    return cards.packed(back_tested(inspected()))


def do(house, row, act):
    """Do an act as whoever may."""
    number, seen = row.number, row.digest
    ModelVersion.objects.filter(pk=row.pk)
    if act == "train":
        return service.trained(number, Made(content(), cards.packed(
            cards.opened(row.card) or cards.Card(_data(), (), (), {}, 0, 0))))  # fmt: skip
    if act == "fail":
        return service.trained(number, Made(trouble=working.too_few(None)))
    if act == "test":
        return service.order_test(house.ann, number)
    if act == "shadow":
        return service.put_on_trial(house.ann, number, seen=seen)
    if act == "propose":
        return service.propose(house.ann, number, "It finds more.", seen=seen)
    if act == "promote":
        return service.promote(house.head, number, "Agreed.", seen=seen)
    if act == "refuse":
        return service.refuse(house.head, number, "Not now.", seen=seen)
    if act == "retire":
        return service.retire(house.ann, number, "It is of no use.")
    raise AssertionError(act)


def _data():
    return cards.Data(0, 0, 0, 0, 0, 0, 0)


BY_JOBS = {"train", "fail"}
PAIRS = [
    (state, act)
    for state, act in itertools.product(STATES, ACTS)
    if act != "replace" and (act not in BY_JOBS or state == "data")
]


@pytest.mark.parametrize(("state", "act"), PAIRS)
def test_every_act_in_every_state(house, good, state, act):
    row = house.model(state, good)
    allowed = TRANSITIONS[state].get(act)
    if state == "data" and act == "test":
        allowed = None
    if allowed is None:
        with pytest.raises(StateForbids):
            do(house, row, act)
        assert ModelVersion.objects.get().state == state
        assert not Event.objects.exists()
        return
    do(house, row, act)
    expected = state if act == "test" else allowed  # a back-test is only ordered
    assert ModelVersion.objects.get().state == expected
    assert Event.objects.get().subject == "model:1"


def test_the_table_knows_every_state_and_act():
    assert set(TRANSITIONS) == set(STATES)
    assert {act for acts in TRANSITIONS.values() for act in acts} == set(ACTS)
    for state, act in itertools.product(STATES, ACTS):
        if act not in TRANSITIONS[state]:
            with pytest.raises(StateForbids):
                life_cycle.after(state, act)


def test_the_whole_way(house, good):
    found = msgspec.structs.replace(cards.opened(good), back_test=None)
    test = cards.opened(good).back_test
    row = service.order(house.ann)
    assert (row.state, row.work, row.number) == ("data", "train", 1)
    service.trained(1, Made(content(), cards.packed(found)))
    service.trained(1, Made(content(), cards.packed(found)))  # a job may be done twice
    seen = queries.model(1).digest
    service.order_test(house.ann, 1)
    with pytest.raises(StateForbids):
        service.put_on_trial(house.ann, 1, seen=seen)
    service.tested(1, Made(card=msgspec.json.encode(test)))
    assert queries.card_of(queries.model(1)).back_test == test
    service.put_on_trial(house.ann, 1, seen=seen)
    assert serving.in_shadow()[0].number == 1
    assert serving.live() is None
    service.propose(house.ann, 1, "It finds twice as much.", seen=seen)
    for own in (house.ann,):
        with pytest.raises(StateForbids, match="second person"):
            service.promote(own, 1, "Fine.", seen=seen)
    service.promote(house.ben, 1, "The figures hold.", seen=seen)
    assert (serving.live().number, serving.live().digest) == (1, seen)
    assert serving.in_shadow() == ()
    service.retire(house.ben, 1, "It drifts.")
    assert serving.live().number == 1  # until a second person agrees
    with pytest.raises(StateForbids, match="second person"):
        service.promote(house.ben, 1, "Yes.", seen=seen)
    service.promote(house.head, 1, "Yes.", seen=seen)
    assert serving.live() is None
    assert list(Event.objects.order_by("id").values_list("kind", flat=True)) == [
        "model.ordered", "model.trained", "model.test_ordered", "model.tested", "model.on_trial",
        "model.proposed", "model.promoted", "model.retirement_asked", "model.retired",
    ]  # fmt: skip


@pytest.mark.parametrize("part", ["made_by", "tested_by", "asked_by"])
def test_nobody_promotes_what_he_made_tested_or_proposed(house, good, part):
    parts = {"made_by": "user:9", "tested_by": "user:9", "asked_by": "user:9", part: "user:2"}
    row = house.model("proposed", good, **parts)
    with pytest.raises(StateForbids, match="second person"):
        service.promote(house.ben, 1, "Fine.", seen=row.digest)
    assert service.promote(house.head, 1, "Fine.", seen=row.digest).state == "live"


def test_a_promotion_retires_what_served(house, good):
    old = house.model("live", until=20_000)
    card = cards.opened(good)
    test = msgspec.structs.replace(card.back_test, serving=old.number, recall=0.5,
                                   recall_serving=0.51)  # fmt: skip
    row = house.model("proposed", cards.packed(msgspec.structs.replace(card, back_test=test)))
    service.promote(house.head, row.number, "Better.", seen=row.digest)
    assert queries.model(old.number).state == "retired"
    assert queries.model(old.number).reason == "Model 2 serves in its place."
    assert serving.live().number == 2


def test_a_promotion_says_what_was_not_shown_the_figures_and_what_to_do(house, good):
    card = cards.opened(good)
    compared = tuple(msgspec.structs.replace(one, better=0.42) for one in card.back_test.compared)
    labels = msgspec.structs.replace(
        card.back_test.labels, odd=30, compared=300, odd_before=3, compared_before=300, worse=True
    )
    test = msgspec.structs.replace(card.back_test, compared=compared, labels=labels)
    row = house.model("shadow", cards.packed(msgspec.structs.replace(card, back_test=test)))
    with pytest.raises(DataRefused) as refused:
        service.propose(house.ann, 1, "Please.", seen=row.digest)
    faults = dict(refused.value.faults)
    assert set(faults) == {"conditions/importer", "conditions/profiles", "conditions/labels"}
    assert "Found: 0.420; needed: 0.90." in faults["conditions/importer"]
    assert "Found: 0.100; needed: 0.010." in faults["conditions/labels"]
    assert "before anything learns from them." in faults["conditions/labels"]
    assert queries.model(1).state == "shadow"


def test_another_model_serving_by_now_asks_for_a_new_back_test(house, good):
    row = house.model("proposed", good)
    house.model("live")
    with pytest.raises(DataRefused) as refused:
        service.promote(house.head, 1, "Fine.", seen=row.digest)
    assert [one for one, _ in refused.value.faults] == ["conditions/back_test"]


def test_too_few_inspections_are_an_answer(house):
    service.order(house.ann)
    service.trained(1, Made(trouble=working.too_few(None)))
    row = queries.model(1)
    assert (row.state, row.work, row.reason) == ("refused", "", working.too_few(None))
    assert service.order(house.ann).number == 2


def test_a_back_test_that_failed_leaves_the_model_as_it_was(house, good):
    house.model("trained", good)
    service.order_test(house.ann, 1)
    service.tested(1, Made(trouble=FAILED))
    row = queries.model(1)
    assert (row.state, row.work, row.trouble) == ("trained", "", FAILED)


def test_work_and_shadow_are_bounded(house, good):
    for _ in range(service.MOST_WAITING):
        service.order(house.ann)
    with pytest.raises(StateForbids, match="wait for their work"):
        service.order(house.ben)
    for _ in range(service.MOST_IN_SHADOW):
        house.model("shadow", good)
    row = house.model("tested", good)
    with pytest.raises(StateForbids, match="in the shadow"):
        service.put_on_trial(house.ann, row.number, seen=row.digest)


@pytest.mark.parametrize("reason", ["", "  ", "a\0b", "x" * 513])
def test_reasons_are_needed(house, good, reason):
    row = house.model("shadow", good)
    with pytest.raises(DataRefused, match="Reasons"):
        service.propose(house.ann, 1, reason, seen=row.digest)
    with pytest.raises(NotThere):
        service.retire(house.ann, 99, "Gone.")


def test_another_content_is_not_what_he_read(house, good):
    house.model("shadow", good)
    with pytest.raises(StateForbids, match="not the model"):
        service.propose(house.ann, 1, "Please.", seen="0" * 64)
