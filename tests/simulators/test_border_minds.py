"""Firms of the living border cheat as behaviour: what they do, who knows of it, how they react."""

import datetime as dt
import gc
from collections import Counter
from decimal import Decimal
from pathlib import Path
from random import Random
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import pytest

import clearway
from clearway import packs
from clearway.kernel.assess import Batch, assess
from clearway.messages import to_lodgement, write_json
from clearway.messages.records import MetaData
from clearway.simulators.border.border import Border
from clearway.simulators.border.calendar import Day
from clearway.simulators.border.declarants import Declarants
from clearway.simulators.border.deeds import (
    DEEDS,
    LAUNDERS,
    MISCLASSIFIES,
    SMUGGLES,
    UNDERSTATES,
    UNDERVALUES,
    Situation,
)
from clearway.simulators.border.firms import firms_of
from clearway.simulators.border.hidden import FILE, HiddenTruth
from clearway.simulators.border.inspectors import Inspectors
from clearway.simulators.border.minds import LEAST, Mind, Minds
from clearway.simulators.border.plan import Planner
from clearway.simulators.border.shipments import Difference, Shipment, twin
from clearway.simulators.market import Market

TUESDAY = dt.date(2026, 3, 3)
DAYS = (TUESDAY - dt.date(1970, 1, 1)).days
ZONE = ZoneInfo("Europe/Lisbon")
NOON = dt.datetime(2026, 3, 3, 12, tzinfo=ZONE)


@pytest.fixture(scope="module")
def reference():
    return packs.load(packs.demo_pack())


@pytest.fixture(scope="module")
def market(reference):
    return Market(reference, DAYS)


@pytest.fixture(scope="module")
def firms(market):
    return firms_of(market, 7)


@pytest.fixture
def imports(reference, firms):
    """Return fresh imports of a day, sound and lodged by nobody yet."""
    plan = Planner(reference, firms, 7).plan(Day(TUESDAY, ZONE), 250)
    return [one for _, one in plan.lodgements if one.cargo is not None and not one.behaviours]


def owed(declaration, reference):
    lodgement, problems = to_lodgement(declaration, observed_on=DAYS, legal_date=DAYS)
    assert not problems
    (decision,) = assess(Batch([lodgement]), reference)
    assert decision.accepted
    return sum(one.payable or 0 for one in decision.charges)


def items(declaration):
    return declaration.goods_shipment.goods_items


def code(item):
    return item.commodity.classifications[0].id


def price(item):
    return Decimal(item.commodity.invoice_line.item_charge_amount.value)


def do(deed, shipment, market, number=0):
    sound = twin(shipment.sound)
    found = DEEDS[deed]([sound], Situation(market, Random(f"deed {number}")))
    return sound, found


@pytest.mark.parametrize("deed", [UNDERVALUES, MISCLASSIFIES, LAUNDERS])
def test_a_deed_pays_and_an_inspector_would_put_it_right(deed, imports, market, reference):
    """What is declared owes less, is accepted, and with what is found told is the truth again."""
    done = 0
    for number, shipment in enumerate(imports[:60]):
        declared, found = do(deed, shipment, market, number)
        if not found:
            assert write_json(MetaData(declaration=declared)) == write_json(
                MetaData(declaration=shipment.sound)
            )
            continue
        done += 1
        assert owed(declared, reference) <= owed(shipment.sound, reference)
        for one in found:
            real = items(shipment.sound)[one.item - 1]
            false = items(declared)[one.item - 1]
            if deed == UNDERVALUES:
                assert one == Difference("value", one.item, f"{price(real):f}")
                assert Decimal("0.39") * price(real) < price(false) < Decimal("0.71") * price(real)
            elif deed == MISCLASSIFIES:
                assert one == Difference("classification", one.item, code(real))
                assert code(false) != code(real)
                assert code(false)[:2] == code(real)[:2]
            else:
                assert one == Difference("origin", one.item, real.origins[0].country_code)
                assert false.commodity.duty_tax_fees[0].duty_regime_code != "100"
                assert false.origins[0].country_code != one.found
    assert done >= 8


def test_who_understates_states_fewer_pieces_at_the_price_of_each_and_the_same_mass(
    imports, market, reference
):
    done = 0
    for number, shipment in enumerate(imports[:120]):
        declared, found = do(UNDERSTATES, shipment, market, number)
        done += bool(found)
        assert [one.code for one in found] == ["quantity_excess", "value"] * (len(found) // 2)
        if found:
            assert owed(declared, reference) <= owed(shipment.sound, reference)
        for excess, value in zip(found[::2], found[1::2], strict=True):
            real = items(shipment.sound)[excess.item - 1]
            false = items(declared)[excess.item - 1]
            pieces, stated = (
                Decimal(one.commodity.goods_measure.tariff_quantity.value) for one in (real, false)
            )
            assert (excess.item, Decimal(excess.found)) == (value.item, pieces)
            assert stated == int(stated)
            assert Decimal("0.3") * pieces <= stated < pieces
            assert Decimal(value.found) == price(real)
            assert abs(price(false) - price(real) * stated / pieces) <= 1
            assert false.commodity.goods_measure.net_net_weight_measure == (
                real.commodity.goods_measure.net_net_weight_measure
            )
        assert Decimal(declared.invoice_amount.value) == sum(map(price, items(declared)))
    assert done >= 8


@pytest.mark.parametrize("deed", [UNDERVALUES, MISCLASSIFIES, LAUNDERS, UNDERSTATES])
def test_nobody_cheats_with_goods_that_do_not_tempt_him(deed, imports, market):
    seen = 0
    for number, shipment in enumerate(imports[:80]):
        codes = sorted({code(item) for item in items(shipment.sound)})
        tempting = frozenset(codes[: len(codes) // 2] or ["00000000"])
        sound = twin(shipment.sound)
        found = DEEDS[deed]([sound], Situation(market, Random(number), tempting))
        assert {code(items(shipment.sound)[one.item - 1]) for one in found} <= tempting
        seen += bool(found)
    assert seen >= 3


def test_a_firm_cheats_with_a_part_of_its_goods(reference, firms):
    by_id = {firm.habits.id: firm for firm in firms}
    for importer, mind in minds_of(reference, firms).minds.items():
        codes = {line.code for line in by_id[importer].habits.goods}
        assert mind.goods <= codes
        assert 1 <= len(mind.goods) <= max(1, (len(codes) + 1) // 2)


def test_an_undervalued_invoice_still_adds_up(imports, market):
    for shipment in imports[:20]:
        declared, found = do(UNDERVALUES, shipment, market)
        assert len(found) == len(items(declared))
        assert Decimal(declared.invoice_amount.value) == sum(map(price, items(declared)))


def test_who_smuggles_changes_no_paper(imports, market):
    declared, found = do(SMUGGLES, imports[0], market)
    assert declared == imports[0].sound
    (one,) = found
    assert (one.code, one.item) == ("undeclared_goods", 0)
    assert any(line.code == one.found for line in market.lines)
    assert int(one.value) > 0


def test_both_declarations_of_a_shipment_are_changed_alike(imports, market):
    shipment = imports[0]
    sound, mistaken = twin(shipment.sound), twin(shipment.sound)
    found = DEEDS[UNDERVALUES]([sound, mistaken], Situation(market, Random("x")))
    assert found
    assert sound == mistaken


def minds_of(reference, firms, seed=7):
    border = Border(None, ZONE, seed)
    return Minds(border, reference, firms, TUESDAY)


def test_some_cheat_most_do_not_and_one_turns(reference, firms):
    minds = minds_of(reference, firms).minds
    assert LEAST <= len(minds) < len(firms) / 2
    assert [one.deed for one in minds.values()] == [
        one.deed for one in minds_of(reference, firms).minds.values()
    ]
    later = [one for one in minds.values() if one.since > TUESDAY]
    assert len(later) == 1
    assert later[0].since >= TUESDAY + dt.timedelta(days=4)


def test_who_turns_is_honest_first(reference, firms, imports):
    minds = minds_of(reference, firms)
    turned, mind = next((k, v) for k, v in minds.minds.items() if v.since > TUESDAY)
    mind.share, mind.goods = 1.0, frozenset()  # with all that he brings
    shipment = imports[0]
    shipment.firm = shipment.firm._replace(id=turned)
    minds.consider(shipment, NOON)
    assert shipment.differences == ()
    minds.consider(shipment, NOON + dt.timedelta(days=20))
    assert shipment.differences


def test_honest_firms_declare_what_there_is_and_what_is_lodged_again_stays_false(
    reference, firms, imports
):
    minds = minds_of(reference, firms)
    before = [write_json(MetaData(declaration=one.declaration)) for one in imports]
    for shipment in imports:
        minds.consider(shipment, NOON)
    after = [write_json(MetaData(declaration=one.declaration)) for one in imports]
    for shipment, was, now in zip(imports, before, after, strict=True):
        if shipment.firm.id not in minds.minds or not shipment.differences:
            assert was == now
    cheated = [one for one in imports if one.differences]
    assert 0.02 * len(imports) < len(cheated) < 0.4 * len(imports)
    changed = [one for one in cheated if one.differences[0].code != "undeclared_goods"]
    for shipment in changed:
        told = write_json(MetaData(declaration=shipment.sound))
        minds.consider(shipment, NOON)  # nothing is done twice
        assert write_json(MetaData(declaration=shipment.sound)) == told


def test_nothing_that_is_sent_says_what_was_done(reference, firms, imports):
    minds = minds_of(reference, firms)
    for shipment in imports:
        minds.consider(shipment, NOON)
        sent = write_json(MetaData(declaration=shipment.declaration)).decode().lower()
        assert not [deed for deed in shipment.behaviours if deed in sent]


def test_who_is_caught_reacts_once_a_day():
    reactions = Counter()
    for number in range(300):
        rng = Random(number)
        mind = Mind(rng, 0.5, TUESDAY)
        deed = mind.deed
        what = mind.react(TUESDAY, rng)
        reactions[what] += 1
        assert mind.react(TUESDAY, rng) == ""
        assert (mind.share == 0) == (what == "gives up")
        assert (mind.deed != deed) == (what == "changes the deed")
        assert (mind.since > TUESDAY) == (what == "lies low")
        if what == "lies low":
            assert 3 <= (mind.since - TUESDAY).days <= 8
        if not mind.adapts:
            assert what in {"gives up", "goes on"}
    assert set(reactions) == {"gives up", "goes on", "lies low", "changes the deed"}
    assert 15 <= reactions["gives up"] <= 50


def test_nobody_reacts_who_did_nothing(reference, firms):
    minds = minds_of(reference, firms)
    assert minds.caught("", NOON) == ""
    assert minds.caught("XP0000000000", NOON) == ""
    who = next(iter(minds.minds))
    assert minds.caught(who, NOON) != ""


# The truth is the simulation's alone.


def real_shipment(imports, mrn="26XP000000000000X1"):
    shipment = imports[0]
    shipment.mrn = mrn
    shipment.differences = (Difference("value", 1, "12.50"),)
    shipment.behaviours = (UNDERVALUES,)
    return shipment


def test_the_truth_is_kept_in_a_file_of_its_own_and_read_again(imports, tmp_path):
    file = tmp_path / FILE
    hidden = HiddenTruth(file)
    hidden.note(imports[1])  # as declared: nothing to hide
    assert not file.exists()
    hidden.note(real_shipment(imports))
    again = HiddenTruth(file)
    assert again.of("26XP000000000000X1") == (Difference("value", 1, "12.50"),)
    assert again.whose("26XP000000000000X1") == imports[0].firm.id
    assert again.of("another") == ()
    assert again.whose("another") == ""


def test_no_room_of_the_platform_knows_the_file_or_the_simulation():
    root = Path(clearway.__file__).parent
    guilty = [
        str(path.relative_to(root))
        for path in root.rglob("*.py")
        if path.relative_to(root).parts[0] != "simulators"
        and (FILE.partition(".")[0] in (text := path.read_text(encoding="utf-8"))
             or "simulators.border.hidden" in text)
    ]  # fmt: skip
    assert guilty == []


class Platform:
    """Answers what an inspector says with what a test wants, and remembers it."""

    def __init__(self):
        self.said = []

    def ask(self, who, _method, path, _at, **how):
        self.said.append((who, path, how["body"].content))
        return SimpleNamespace(ok=True, status=200, body={}, seconds=0.0)


def test_an_inspector_finds_what_is_true_and_the_importer_hears_of_it(
    reference, firms, imports, monkeypatch
):
    platform = Platform()
    border = Border(platform, ZONE, 7)
    monkeypatch.setattr(border, "settle", lambda _: None)
    minds = Minds(border, reference, firms, TUESDAY)
    hidden = HiddenTruth()
    shipment = real_shipment(imports)
    who = next(iter(minds.minds))
    shipment.firm = shipment.firm._replace(id=who)
    hidden.note(shipment)
    inspectors = Inspectors(border, hidden, minds)
    inspectors._look(5, shipment.mrn, 1, NOON)
    assert {path.rpartition("/")[2] for _, path, _ in platform.said} == {"start"}
    step = border.schedule.next(None)
    assert NOON + dt.timedelta(minutes=15) <= step.at <= NOON + dt.timedelta(minutes=75)
    step.act(step.at)
    told = [body for _, path, body in platform.said if path.endswith("/findings")]
    assert told
    assert all(b'"value"' in one and b'"12.50"' in one for one in told)
    platform.said.clear()
    inspectors._look(6, "26XP000000000000X2", 1, NOON)  # declared as it is
    step = border.schedule.next(None)
    step.act(step.at)
    assert not [path for _, path, _ in platform.said if path.endswith("/findings")]
    assert minds.minds[who].reacted is None
    inspectors._approve(5, shipment.mrn, NOON)
    assert minds.minds[who].reacted == TUESDAY


def test_what_a_platform_is_sent_leads_to_no_truth(reference, firms, imports, monkeypatch):
    """From what leaves the simulation nothing is reachable but bytes and text."""
    sent = []

    class Taken(Platform):
        def ask(self, *_, **how):
            sent.append(how["body"])
            return SimpleNamespace(ok=True, status=200, body={"mrn": "M1", "lane": ""}, seconds=0)

    border = Border(Taken(), ZONE, 7)
    monkeypatch.setattr(border, "settle", lambda _: None)
    minds, hidden = Minds(border, reference, firms, TUESDAY), HiddenTruth()
    declarants = Declarants(border, None, minds, hidden)
    declarants.lodge(real_shipment(imports), NOON)
    assert hidden.of("M1")
    for body in sent:
        seen, left = set(), [body.content, body.media_type]
        while left:
            one = left.pop()
            assert not isinstance(one, Shipment | Difference | HiddenTruth | Minds)
            if id(one) not in seen:
                seen.add(id(one))
                left += [each for each in gc.get_referents(one) if not isinstance(each, type)]
