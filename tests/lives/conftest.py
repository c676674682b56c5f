"""The border of GOLD-01: the test pack in đồng, its one importer, two offices' worth of people.

``gold`` is the morning of GOLD-01. ``lives`` is the same border the day before, under the same law
with the orders that the other golden lives need; ``news`` lets every room hear what happened.
"""

from __future__ import annotations

import shutil
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from msgspec import structs
from tests.clearance.conftest import officer_of
from tests.declarations.conftest import Border, border  # noqa: F401 - fixtures

from clearway.accounts.models import User
from clearway.accounts.seeding import ready_key, ready_organisation
from clearway.audit.actor import Actor, Role
from clearway.messages import goods, parties, records, shipment, write_json
from clearway.messages.values import Amount, Count5, Count8, Quantity
from clearway.reference import in_force
from clearway.reference.service import publish_first
from clearway.traders.seeding import seed_demo

VND_PACK = Path(__file__).parents[1] / "packs_data" / "vnd"
IMPORTER, OFFICE = "VN0100109106", "VN02CI"
LOCAL = timedelta(hours=7)
"""Asia/Ho_Chi_Minh is seven hours ahead of UTC, all year."""


def local(text):
    """Return the instant of a local time of the card: ``local("2026-03-03T09:15")``."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC) - LOCAL


ORDERS = """
[settings.clearance]
automatic = "green;blue;yellow;red"
exit_on_departure = "yes"

# An authorised operator's guarantee holds half of his debt; one for security and simplification, of
# the highest standing, none of it.
[settings.payments]
guarantee_shares = "AEOC=50;AEOF=0"

[settings.inspection]
team_size = "1"
"""
"""What the law of the golden lives adds to that of GOLD-01."""
RED = """# Apparatus with functions of its own is looked at; all else goes by its score.
[[profiles]]
code = "AP-001"
version = 1
name = "Electrical apparatus with functions of its own"
condition = "hs LIKE '854370%'"
lane = "red"
weight = 100
channel = "profile"
trader_text = ""
owner = "Targeting"
author = "a.tran"
approver = "b.nguyen"
valid_from = 2026-01-01
valid_to = 2027-01-01
"""
SHEETS = {
    "profiles.toml": RED,
    "agencies.csv": """code,name,subject,contact
SEC,Security Export Commission,Dual-use goods,sec@example
""",
    "permits.csv": """code,agency,direction,commodities,documents,valid_from,legal_basis,name
SEC-1,SEC,EX,850440,X002,2026-01-01,"Test law, section 3",Export licence for converters
""",
}
"""Sheets that it has and the law of GOLD-01 has not: converters leave with a licence."""
CODES = {
    "declaration_type": "IMC,Import; simplified\nIMY,Import; supplementary\n",
    "document": "X002,Export licence\n",
}


def _begin():
    return _people(str(VND_PACK))


def _begin_lives():
    with tempfile.TemporaryDirectory() as folder:
        law = Path(folder) / "lives"
        shutil.copytree(VND_PACK, law)
        pack = law / "pack.toml"
        text = pack.read_text(encoding="utf-8").replace(
            'random_rate = "15 %"', 'random_rate = "0 %"'
        )
        pack.write_text(text + ORDERS, encoding="utf-8")
        for name, told in SHEETS.items():
            (law / name).write_text(told, encoding="utf-8")
        for name, rows in CODES.items():
            sheet = law / "code_lists" / f"{name}.csv"
            sheet.write_text(sheet.read_text(encoding="utf-8") + rows, encoding="utf-8")
        actors = _people(str(law))
    customs = actors["supervisor"].organisation
    for name in ("ann", "ben"):
        email = f"{name}@customs.example"
        actors[name] = officer_of(customs, email, OFFICE)
        ready_key(
            name, customs_of(actors), (Role.OFFICER,),
            maker=User.objects.get(email=email), office=OFFICE,
        )  # fmt: skip
    return actors


def customs_of(actors):
    from clearway.accounts.models import Organisation

    return Organisation.objects.get(pk=actors["supervisor"].organisation)


def _people(law):
    publish_first(law)
    actors = seed_demo()
    firm = ready_organisation("Rhumb Line Trading", "trader", identifier=IMPORTER, country="VN")
    key = ready_key("rhumb", firm, (Role.TRADER,))
    actors["rhumb"] = Actor(
        f"key:{key.pk}", firm.pk, identifier=IMPORTER, roles=frozenset({Role.TRADER})
    )
    return actors


@pytest.fixture
def made_border(db, simulated_clock, settings, tmp_path, monkeypatch, kept, request):
    """Return ``make(at, begin)``: a border at a local time, begun by a function once for all."""
    from clearway.intake import running

    def make(at, begin):
        settings.DEMO, settings.DATA, settings.ALLOWED_HOSTS = True, tmp_path, ["*"]
        simulated_clock.advance(local(at))
        packs = request.getfixturevalue("_packs")
        (tmp_path / "packs").symlink_to(packs)
        actors = kept(begin)
        in_force.forget()
        made = Border(simulated_clock, actors)
        monkeypatch.setattr(running, "line", lambda: made.line)
        return made

    return make


@pytest.fixture
def gold(made_border):
    """The border of GOLD-01 on the morning of 3 March: ``gold.lodged(message=gold_message())``."""
    made = made_border("2026-03-03T09:15", _begin)
    customs = made.actors["supervisor"].organisation
    for name in ("ann", "ben"):
        made.actors[name] = officer_of(customs, f"{name}@customs.example", OFFICE)
    return made


@pytest.fixture
def lives(made_border):
    """The same border on 2 March at three in the afternoon; ``ann`` and ``ben`` have keys."""
    return made_border("2026-03-02T15:00", _begin_lives)


@pytest.fixture
def news():
    """Let every room hear what happened, as the dispatcher tells it: ``news()``."""
    from clearway.audit import sequencer
    from clearway.events.dispatch import Dispatcher
    from clearway.site.subscriptions import SUBSCRIPTIONS

    mine = [one for one in SUBSCRIPTIONS if not one.name.startswith("events.")]
    dispatcher = Dispatcher(mine)

    def heard():
        moved = True
        while moved:
            while sequencer.place():
                pass
            moved = any([dispatcher.step(one) for one in mine])  # noqa: C419 - each is told

    return heard


def gold_message(**changes):
    """GOLD-01 as JSON; ``changes`` as of ``gold_record``."""
    return write_json(gold_record(**changes))


def gold_record(*, lrn="GOLD-01", type_code="IMA", document="HBL-GOLD", mrn=None):
    """GOLD-01 as a record: converters and transformers by sea in one container, FOB Shanghai.

    24,000 + 16,000 USD, freight 3,000, insurance 215: 43,215 USD × 25,000 = 1,080,375,000 VND.
    """
    address = parties.Address(
        city_name="Ho Chi Minh City", country_code="VN", line="2 Quay Street", postcode_id="700000"
    )
    abroad = parties.Address(
        city_name="Shanghai", country_code="CN", line="1 Bund", postcode_id="200000"
    )
    firm = {"name": "Rhumb Line Trading", "id": IMPORTER, "address": address}
    items = (
        _item(1, "85044090", "Static converters for welding", "24000.00", "1200", "1100", "40"),
        _item(2, "85043499", "Transformers, oil-cooled, 630 kVA", "16000.00", "4800", "4700", "4"),
    )
    return records.Declaration(
        function_code="9",
        functional_reference_id=lrn,
        id=mrn,
        type_code=type_code,
        goods_item_quantity=Count5(value="2"),
        declaration_office_id=OFFICE,
        invoice_amount=Amount(value="40000.00", currency="USD"),
        total_gross_mass_measure=Quantity(value="6000", unit="KGM"),
        total_package_quantity=Count8(value="20"),
        declarant=parties.Declarant(**firm),
        exporter=parties.Exporter(name="Bund Machinery Ltd", address=abroad),
        border_transport_means=records.BorderTransportMeans(mode_code="1"),
        goods_shipment=shipment.GoodsShipment(
            transaction_nature_code="11",
            consignment=shipment.ShipmentConsignment(
                container_code="1",
                transport_equipment=(
                    shipment.TransportEquipment(sequence_numeric=1, id="CSQU3054383"),
                ),
            ),
            customs_valuation=shipment.ShipmentValuation(
                freight_charge_amount=Amount(value="3000.00", currency="USD"),
                charge_deductions=(
                    goods.ChargeDeduction(
                        charges_type_code="INS",
                        other_charge_deduction_amount=Amount(value="215.00", currency="USD"),
                    ),
                ),
            ),
            destination=goods.Destination(country_code="VN"),
            export_country=goods.ExportCountry(id="CN"),
            goods_items=items,
            importer=parties.Importer(**firm),
            previous_documents=(
                goods.PreviousDocument(category_code="X", id=document, type_code="705"),
            ),
            trade_terms=shipment.TradeTerms(condition_code="FOB", location_name="Shanghai"),
        ),
    )


def one_item(*, lrn, code, price, quantity, description="Static converters", **changes):
    """Return a record of one goods item of ten packages, 1,000 kg: CIF, so the price is the value.

    ``changes`` as of ``gold_record``; ``code`` and ``price`` (USD) as on the message.
    """
    made = gold_record(lrn=lrn, **changes)
    item = _item(1, code, description, price, "1000", "900", quantity)
    goods_shipment = structs.replace(
        made.goods_shipment,
        goods_items=(item,),
        customs_valuation=None,
        trade_terms=shipment.TradeTerms(condition_code="CIF", location_name="Ho Chi Minh City"),
    )
    return structs.replace(
        made,
        goods_item_quantity=Count5(value="1"),
        invoice_amount=Amount(value=price, currency="USD"),
        total_gross_mass_measure=Quantity(value="1000", unit="KGM"),
        total_package_quantity=Count8(value="10"),
        goods_shipment=goods_shipment,
    )


def _item(place, code, description, price, gross, net, quantity):
    return goods.GovernmentAgencyGoodsItem(
        sequence_numeric=place,
        additional_documents=(
            goods.AdditionalDocument(category_code="N", type_code="380", id="INV-1"),
        ),
        commodity=goods.Commodity(
            description=description,
            classifications=(goods.Classification(id=code, identification_type_code="TSP"),),
            goods_measure=goods.GoodsMeasure(
                gross_mass_measure=Quantity(value=gross, unit="KGM"),
                net_net_weight_measure=Quantity(value=net, unit="KGM"),
                tariff_quantity=Quantity(value=quantity, unit="NAR"),
            ),
            invoice_line=goods.InvoiceLine(item_charge_amount=Amount(value=price, currency="USD")),
            transport_equipment=(
                goods.ItemTransportEquipment(sequence_numeric=1, id="CSQU3054383"),
            ),
        ),
        customs_valuation=goods.CustomsValuation(method_code="1"),
        government_procedures=(goods.GovernmentProcedure(current_code="40", previous_code="00"),),
        origins=(goods.Origin(country_code="CN", type_code="1"),),
        packagings=(
            goods.Packaging(
                sequence_numeric=1,
                marks_numbers_id="RHUMB",
                quantity_quantity=Count8(value="10"),
                type_code="CT",
            ),
        ),
    )
