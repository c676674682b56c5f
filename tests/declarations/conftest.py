"""A small border: the demonstration's parties, the demo country's law, the line without thread."""

from __future__ import annotations

import json
from concurrent.futures import Future
from datetime import UTC, date, datetime, timedelta

import pytest
from django.test import Client

from clearway.accounts.ready import demo_secret
from clearway.intake.assembling import Assembly
from clearway.intake.counters import Counters
from clearway.intake.purposes import PURPOSES
from clearway.intake.submission import Piece
from clearway.messages import goods, parties, records, shipment, write_json
from clearway.messages.values import Amount, Count5, Count8, Quantity
from clearway.reference import in_force
from clearway.reference.service import publish_first
from clearway.risk.profiles import in_force as profiles_in_force
from clearway.traders.seeding import seed_demo

MORNING = datetime(2026, 3, 3, 9, 15, tzinfo=UTC)
LOCATION = "XP000110"


class SteadyLine:
    """The line's assembly, one submission after another in the caller's own transaction."""

    running, depth, capacity = True, 0, 50

    def __init__(self):
        self.counters = Counters()
        self.assembly = Assembly(profiles_in_force.reference_at, self.counters, PURPOSES)

    def submit(self, submission):
        future = Future()
        piece = Piece(submission, submission.digest(), [future])
        again = [piece]
        for _ in range(4):
            again = self.assembly.run(again)
            if not again:
                break
        assert piece.answer is not None
        piece.give(piece.answer)
        return future


class Answer:
    """An answer of the API, read."""

    def __init__(self, response):
        self.status = response.status_code
        self.headers = response.headers
        self.content = response.content
        told = response.headers.get("Content-Type", "")
        self.json = json.loads(response.content) if "json" in told else None

    @property
    def rules(self):
        return sorted(one["code"] for one in self.json.get("findings", ()))


class Border:
    """Who acts, and how to ask the API as each of them."""

    def __init__(self, clock, actors):
        self.clock = clock
        self.actors = actors
        self.line = SteadyLine()
        self._client = Client()
        self._count = 0

    def ask(self, who, method, path, body=None, form=None, **more):
        headers = {"Authorization": f"Bearer {demo_secret(who)}", **more.pop("headers", {})}
        if isinstance(body, dict):
            body, more["content_type"] = json.dumps(body), "application/json"
        elif isinstance(body, bytes):
            more.setdefault("content_type", "application/json")
        body = body if form is None else form
        data = {} if body is None else {"data": body}
        asked = getattr(self._client, method)(f"/api/v1{path}", headers=headers, **data, **more)
        return Answer(asked)

    def lodge(self, who="trader", message=None, **changes):
        self._count += 1
        key = {"Idempotency-Key": f"k{self._count}"}
        body = message or a_message(**{"lrn": f"LRN-{self._count}", **changes})
        return self.ask(who, "post", "/declarations", body, headers=key)

    def lodged(self, who="trader", **changes):
        """Lodge what must be taken, and return its MRN."""
        answer = self.lodge(who, **changes)
        assert answer.status == 201, answer.json
        return answer.json["mrn"]

    def later(self, **passed):
        self.clock.advance(self.clock.now() + timedelta(**passed))

    def report(self, number, packages=10, kilograms=100, consignee="XP1000000001", arrived=False):
        """Report a house-less transport document; its goods are here if they have arrived."""
        from clearway.cargo.models import TransportDocument
        from clearway.cargo.rules import document_key

        mass = kilograms * 1_000_000
        return TransportDocument.objects.create(
            number=number, key=document_key(number), level="master", author="carrier",
            organisation=self.actors["carrier"].organisation, consignor_name="Exporter",
            consignee=consignee, consignee_name="Atlas", description="Cable ties of nylon",
            packages=packages, gross_mass=mass, mass_allowance=mass,
            state="arrived" if arrived else "advised", reported_at=self.clock.now(),
            arrived_at=self.clock.now() if arrived else None,
        )  # fmt: skip

    def events(self, mrn):
        from clearway.events.models import Event

        rows = Event.objects.filter(subject=f"declaration:{mrn}").order_by("id")
        return [row.kind.removeprefix("declaration.") for row in rows]


def _begin():
    """Publish the demo country's pack, make its parties and a guarantee for whatever is owed."""
    from clearway.payments.models import Guarantee

    publish_first("portolan")
    actors = seed_demo()
    Guarantee.objects.create(
        number="GRN-1", kind="general", holder="XP1000000001", guarantor="Bank of Portolan",
        currency="XPR", reference_amount=10**12, entered_by="test", entered_at=MORNING,
        valid_from=date(2026, 1, 1), valid_to=date(2030, 1, 1),
    )  # fmt: skip
    return actors


@pytest.fixture
def border(db, simulated_clock, settings, _packs, tmp_path, monkeypatch, kept):
    from clearway.intake import running

    settings.DEMO = True
    settings.DATA = tmp_path
    (tmp_path / "packs").symlink_to(_packs)
    settings.ALLOWED_HOSTS = ["*"]
    simulated_clock.advance(MORNING)
    actors = kept(_begin)
    in_force.forget()
    profiles_in_force.forget()
    made = Border(simulated_clock, actors)
    monkeypatch.setattr(running, "line", lambda: made.line)
    return made


def a_message(
    *,
    lrn="LRN-1",
    type_code="IMA",
    importer="XP1000000001",
    declarant="XP1000000001",
    document="HBL-1",
    packages=10,
    gross="100",
    price="10000.00",
    origin="US",
    procedure="40",
    commodity="39269000",
    previous=(),
    mrn=None,
    items=1,
    additional=(),
):
    """One declaration as JSON: cable ties of nylon, CIF, in the country's own money."""
    export = type_code.startswith("EX")
    goods_items = tuple(
        _item(place, commodity, origin, procedure, packages, gross, price, additional, export)
        for place in range(1, items + 1)
    )
    documents = (
        [goods.PreviousDocument(category_code="X", id=document, type_code="705")]
        if document
        else []
    )
    documents += [
        goods.PreviousDocument(category_code="Y", id=one, type_code="MRN") for one in previous
    ]
    address = parties.Address(
        city_name="Cartouche", country_code="XP", line="2 Quay Street", postcode_id="10100"
    )
    abroad = parties.Address(
        city_name="Houston", country_code="US", line="1 Main Street", postcode_id="77001"
    )
    made = records.Declaration(
        function_code="9",
        functional_reference_id=lrn,
        id=mrn,
        type_code=type_code,
        goods_item_quantity=Count5(value=str(items)),
        declaration_office_id=LOCATION,
        invoice_amount=Amount(value=_times(price, items), currency="XPR"),
        total_gross_mass_measure=Quantity(value=_times(gross, items), unit="KGM"),
        total_package_quantity=Count8(value=str(packages * items)),
        declarant=parties.Declarant(name="Atlas Trading SA", id=declarant, address=address),
        exporter=parties.Exporter(name="Gulf Plastics Inc", address=abroad)
        if not export
        else parties.Exporter(name="Atlas Trading SA", id=importer, address=address),
        border_transport_means=records.BorderTransportMeans(mode_code="1"),
        goods_shipment=shipment.GoodsShipment(
            transaction_nature_code="11",
            destination=goods.Destination(country_code="US" if export else "XP"),
            export_country=goods.ExportCountry(id="XP" if export else "US"),
            goods_items=goods_items,
            importer=parties.Importer(name="Atlas Trading SA", id=importer, address=address)
            if not export
            else parties.Importer(name="Gulf Plastics Inc", address=abroad),
            previous_documents=tuple(documents),
            trade_terms=shipment.TradeTerms(condition_code="CIF", location_name="Cartouche"),
        ),
    )
    return write_json(made)


def _times(number, count):
    from decimal import Decimal

    return str(Decimal(number) * count)


def _item(  # noqa: PLR0917
    place, commodity, origin, procedure, packages, gross, price, additional, export
):
    from decimal import Decimal

    procedures = (
        goods.GovernmentProcedure(
            current_code="10" if export and procedure == "40" else procedure, previous_code="00"
        ),
        *(goods.GovernmentProcedure(current_code=code) for code in additional),
    )
    return goods.GovernmentAgencyGoodsItem(
        sequence_numeric=place,
        additional_documents=(
            goods.AdditionalDocument(category_code="N", type_code="380", id="INV-1"),
        ),
        commodity=goods.Commodity(
            description="Cable ties of nylon",
            classifications=(goods.Classification(id=commodity, identification_type_code="TSP"),),
            duty_tax_fees=(goods.DutyTaxFee(duty_regime_code="100"),),
            goods_measure=goods.GoodsMeasure(
                gross_mass_measure=Quantity(value=gross, unit="KGM"),
                net_net_weight_measure=Quantity(value=str(Decimal(gross) * 9 / 10), unit="KGM"),
            ),
            invoice_line=goods.InvoiceLine(item_charge_amount=Amount(value=price, currency="XPR")),
        ),
        customs_valuation=goods.CustomsValuation(method_code="1"),
        government_procedures=procedures,
        origins=(goods.Origin(country_code="XP" if export else origin, type_code="1"),),
        packagings=(
            goods.Packaging(
                sequence_numeric=1,
                marks_numbers_id="ATLAS",
                quantity_quantity=Count8(value=str(packages)),
                type_code="CT",
            ),
        ),
    )
