"""Consignments as declarations: what one trader, on one day, puts into the WCO data model."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from random import Random

from babel.numbers import get_currency_precision

from clearway.kernel.reference import CommodityLine
from clearway.messages import goods as item_classes
from clearway.messages import parties, records, shipment
from clearway.messages.values import Amount, Count5, Count8, DateTime, Quantity
from clearway.simulators.conveyances import Conveyance, container, conveyance
from clearway.simulators.goods import (
    kind_of,
    piece_grams,
    spread,
    supplied_quantity,
    tariff_quantity,
    written,
)
from clearway.simulators.market import Market
from clearway.simulators.simulated import Simulated
from clearway.simulators.traders import Supplier, Trader

_NO_CLAIM = "100"
_PARCEL_SHOPS = (("Bright Market", "CN"), ("Quick Basket", "US"), ("Maison Rapide", "FR"))
_INITIALS = ("A.", "B.", "L.", "M.", "N.", "T.")
_SURNAMES = ("Nguyen", "Martin", "Haddad", "Silva", "Okafor", "王")
_FREIGHT_PAID_BY_BUYER = {"EXW", "FCA", "FAS", "FOB"}
_INSURED_BY_SELLER = {"CIF", "CIP", "DAP", "DPU", "DDP"}


class _Line:
    """One goods item while it is being made: masses in grams, price in the smallest unit."""

    def __init__(self, line: CommodityLine, net: int, price: int, *, cheated: bool) -> None:
        self.line = line
        self.net = net
        self.gross = net + max(10, net * 7 // 100)
        self.price = price
        self.cheated = cheated
        self.packages = max(1, min(99_000, net // 22_000))


class Consigning:
    """Makes the declarations of one day."""

    def __init__(self, market: Market, rng: Random, seed: int, on: date) -> None:
        self.market = market
        self.rng = rng
        self.day_key = f"{on:%y%m%d}{seed}"
        country = market.reference.country
        self.country = country
        self.type_code = market.pick("declaration_type", ("IMA", "IM", "IMZ"))
        self.procedure = market.pick("procedure", ("40", "4000"))
        self.previous = market.pick("previous_procedure", ("00", "0000"))
        self.package = market.pick("package", ("CT", "BX", "PK"))
        self.claimed = market.pick("preference", (_NO_CLAIM,))
        self.method = market.pick("valuation_method", ("1",))
        self.invoice_document = market.pick("document", ("N380", "380"))
        self.regimes = [
            regime
            for regime in market.reference.low_value_regimes
            if regime.period.covers(market.day)
        ]

    def trade(
        self, number: int, lodged: datetime, firm: Trader, means: Conveyance | None = None
    ) -> Simulated:
        """Return an ordinary import of a firm, on a journey of its own where none is given."""
        rng = self.rng
        supplier = rng.choice(firm.suppliers)
        wanted = rng.choices((1, 2, 3, 4, 6, 9, 14), (34, 22, 15, 11, 9, 6, 3))[0]
        cheated = rng.randrange(100) < firm.boldness
        lines = [
            self._line(rng.choice(firm.goods), supplier.currency, cheated=cheated)
            for _ in range(wanted)
        ]
        means = means or conveyance(firm.mode, supplier.country, rng)
        made = self._declaration(number, lodged, firm, supplier, lines, means)
        features: dict[str, int | str | bool | None] = {
            **firm.features,
            "exporter_new": rng.random() < 0.05,
            "route_new": rng.random() < 0.04,
            "commodity_new": rng.random() < 0.06,
            "exporter_on_watchlist": rng.random() < 0.003,
            "conveyance_on_watchlist": rng.random() < 0.002,
            "cargo_mismatch": rng.random() < 0.01,
            "sanctions_match": rng.random() < 0.001,
        }
        for position, line in enumerate(lines, 1):
            features |= self._price_history(position, line)
        return Simulated(made, features, ("undervalued",) if cheated else ())

    def parcel(self, number: int, lodged: datetime, means: Conveyance | None = None) -> Simulated:
        """Return one parcel that a person ordered abroad, on a flight of its own by default."""
        rng = self.rng
        shop, country = rng.choice(_PARCEL_SHOPS)
        currency = self.market.currency(country, rng)
        line = rng.choice(self.market.parcel_lines)
        grams = spread(600, rng, 0.8)
        cents = max(200, min(90_000, spread(3_500, rng, 0.9)))
        price = self.market.from_cents(cents, currency)
        goods = _Line(line, grams, price, cheated=False)
        goods.packages = 1
        person = Trader(
            id=f"{self.country}{rng.randrange(10**9, 10**10)}",
            name=f"{rng.choice(_INITIALS)} {rng.choice(_SURNAMES)}",
            city="Port Clara",
            declarant=f"{self.country}7700112233",
            declarant_name="Fast Parcel Express",
            suppliers=(),
            goods=(),
            incoterm="DAP",
            mode="4",
            office=self.market.offices[0],
            activity=1,
            weekend=True,
            aeo=False,
            boldness=0,
            features={},
        )
        means = means or conveyance("4", country, rng)
        supplier = Supplier(shop, country, currency)
        made = self._declaration(number, lodged, person, supplier, [goods], means)
        reference = self.market.reference
        used = self.market.from_cents(spread(40_000, rng, 1.0), reference.currency)
        features: dict[str, int | str | bool | None] = {
            "consignee_parcels_30d": rng.choices((1, 2, 4, 9, 40), (60, 20, 12, 7, 1))[0],
            # What the buyer has used of the year, in thousandths of the currency.
            "buyer_value_year": used * 10 ** (3 - reference.exponent),
        }
        if self.regimes:
            claimed = rng.choice(self.regimes).code
            whole = made.goods_shipment
            assert whole is not None
            for item in whole.goods_items:
                item.government_procedures += (
                    item_classes.GovernmentProcedure(current_code=claimed),
                )
        return Simulated(made, features, ())

    def _line(self, line: CommodityLine, currency: str, *, cheated: bool) -> _Line:
        rng = self.rng
        kind = kind_of(line.code)
        net = spread(kind.kilograms, rng) * 1_000
        if line.unit in {"NAR", "H87", "C62", "PCE"} and piece_grams(line.code) > 100_000:
            net = max(1, net // piece_grams(line.code)) * piece_grams(line.code)
        cents = max(100, spread(kind.cents_per_kg, rng, 0.22) * (net // 10) // 100)
        if cheated:
            cents = max(100, cents * rng.randint(12, 35) // 100)
        return _Line(line, net, self.market.from_cents(cents, currency), cheated=cheated)

    def _price_history(self, position: int, line: _Line) -> dict[str, int | str | bool | None]:
        """What the administration knows of this code's prices: millionths of local money."""
        unit_cents = kind_of(line.line.code).cents_per_kg
        per_kg = self.market.from_cents(unit_cents * 1_000, self.market.reference.currency)
        exponent = self.market.reference.exponent
        median = per_kg * 1_000 // 10**exponent
        if line.line.unit not in {"", "KGM", "KGS"}:
            quantity = tariff_quantity(line.line.unit, line.net, line.line.code)
            whole = float(quantity)  # a price that is only compared, never charged
            median = round(median * (line.net / 1_000) / whole) if whole else median
        return {
            f"median_unit_price[{position}]": median,
            f"mad_unit_price[{position}]": max(1, median * 16 // 100),
        }

    def _declaration(
        self,
        number: int,
        lodged: datetime,
        firm: Trader,
        supplier: Supplier,
        lines: list[_Line],
        means: Conveyance,
    ) -> records.Declaration:
        currency = supplier.currency
        items = tuple(
            self._item(position, line, firm, supplier) for position, line in enumerate(lines, 1)
        )
        gross = sum(line.gross for line in lines)
        return records.Declaration(
            acceptance_date_time=_moment(lodged),
            function_code="9",
            functional_reference_id=f"{self.country}{self.day_key}{number:06d}",
            issue_date_time=_moment(lodged),
            type_code=self.type_code,
            goods_item_quantity=Count5(value=str(len(lines))),
            declaration_office_id=firm.office,
            invoice_amount=_amount(sum(line.price for line in lines), currency),
            total_gross_mass_measure=Quantity(value=written(gross, 3), unit="KGM"),
            total_package_quantity=Count8(value=str(sum(line.packages for line in lines))),
            declarant=parties.Declarant(name=firm.declarant_name, id=firm.declarant),
            exporter=parties.Exporter(
                name=supplier.name, address=_address("Main Street 1", "Harbour", supplier.country)
            ),
            border_transport_means=records.BorderTransportMeans(
                id=means.id,
                identification_type_code=means.id_type,
                registration_nationality_code=means.nationality,
                mode_code=means.mode,
            ),
            goods_shipment=self._shipment(firm, supplier, items, gross, means),
        )

    def _shipment(
        self,
        firm: Trader,
        supplier: Supplier,
        items: tuple[item_classes.GovernmentAgencyGoodsItem, ...],
        gross: int,
        means: Conveyance,
    ) -> shipment.GoodsShipment:
        boxes: tuple[shipment.TransportEquipment, ...] = ()
        if means.mode == "1":
            boxes = tuple(
                shipment.TransportEquipment(
                    sequence_numeric=position,
                    id=container(self.rng),
                    seals=(
                        shipment.Seal(sequence_numeric=1, id=f"S{self.rng.randrange(10**7):07d}"),
                    ),
                )
                for position in range(1, 2 + min(5, gross // 20_000_000))
            )
        importer = parties.Importer(
            name=firm.name, id=firm.id, address=_address("Quay Road 12", firm.city, self.country)
        )
        return shipment.GoodsShipment(
            transaction_nature_code=self.market.pick("transaction_nature", ("11", "1")),
            consignee=parties.Consignee(name=firm.name, id=firm.id, address=importer.address),
            consignment=shipment.ShipmentConsignment(
                container_code="1" if boxes else "0",
                arrival_transport_means=shipment.ArrivalTransportMeans(
                    id=means.id, identification_type_code=means.id_type
                ),
                transport_equipment=boxes,
            ),
            customs_valuation=self._costs(firm, supplier, gross),
            destination=item_classes.Destination(country_code=self.country),
            export_country=item_classes.ExportCountry(id=supplier.country),
            goods_items=items,
            importer=importer,
            previous_documents=(
                item_classes.PreviousDocument(
                    category_code="X", id=means.document, type_code=means.document_type
                ),
            ),
            trade_terms=shipment.TradeTerms(condition_code=firm.incoterm, location_name=firm.city),
        )

    def _costs(self, firm: Trader, supplier: Supplier, gross: int) -> shipment.ShipmentValuation:
        """Freight and insurance that the price does not hold yet."""
        currency, market = supplier.currency, self.market
        freight = None
        if firm.incoterm in _FREIGHT_PAID_BY_BUYER:
            cents_per_kg = {"1": 12, "4": 380, "3": 22}[firm.mode]
            cents = max(500, spread(cents_per_kg, self.rng, 0.3) * gross // 1_000)
            freight = _amount(market.from_cents(cents, currency), currency)
        charges: tuple[item_classes.ChargeDeduction, ...] = ()
        insurance = market.charge_type("insurance")
        if insurance and firm.incoterm not in _INSURED_BY_SELLER:
            cents = max(200, gross // 1_000)
            amount = _amount(market.from_cents(cents, currency), currency)
            charges = (
                item_classes.ChargeDeduction(
                    charges_type_code=insurance, other_charge_deduction_amount=amount
                ),
            )
        return shipment.ShipmentValuation(freight_charge_amount=freight, charge_deductions=charges)

    def _item(
        self, position: int, line: _Line, firm: Trader, supplier: Supplier
    ) -> item_classes.GovernmentAgencyGoodsItem:
        code, unit = line.line.code, line.line.unit
        documents = [self._document(self.invoice_document, f"INV-{self.rng.randrange(10**6):06d}")]
        regime, preferential = self._claim(supplier, documents)
        regime, quota = self._quota(code, supplier, regime, documents)
        documents += [
            self._document(permit.documents[0], f"PM{self.rng.randrange(10**7):07d}")
            for permit in self.market.permits(code, supplier.country)
            if permit.documents and self.rng.random() < 0.9
        ]
        quantity = tariff_quantity(unit, line.net, code) if unit else None
        return item_classes.GovernmentAgencyGoodsItem(
            sequence_numeric=position,
            additional_documents=tuple(documents),
            commodity=item_classes.Commodity(
                description=line.line.description[:250] or "Goods as invoiced",
                classifications=(
                    item_classes.Classification(id=code, identification_type_code="TSP"),
                ),
                duty_tax_fees=(
                    item_classes.DutyTaxFee(duty_regime_code=regime, quota_order_id=quota),
                    *self._supplied(code, unit, line.net),
                ),
                goods_measure=item_classes.GoodsMeasure(
                    gross_mass_measure=Quantity(value=written(line.gross, 3), unit="KGM"),
                    net_net_weight_measure=Quantity(value=written(line.net, 3), unit="KGM"),
                    tariff_quantity=Quantity(value=quantity, unit=unit) if quantity else None,
                ),
                invoice_line=item_classes.InvoiceLine(
                    item_charge_amount=_amount(line.price, supplier.currency)
                ),
            ),
            customs_valuation=item_classes.CustomsValuation(method_code=self.method),
            government_procedures=(
                item_classes.GovernmentProcedure(
                    current_code=self.procedure, previous_code=self.previous
                ),
            ),
            origins=(
                item_classes.Origin(country_code=supplier.country, type_code="1"),
                *preferential,
            ),
            packagings=(
                item_classes.Packaging(
                    sequence_numeric=1,
                    marks_numbers_id=f"{firm.name[:20]} {position}",
                    quantity_quantity=Count8(value=str(line.packages)),
                    type_code=self.package,
                ),
            ),
        )

    def _supplied(self, commodity: str, unit: str, grams: int) -> list[item_classes.DutyTaxFee]:
        """State the quantities that single taxes count, e.g. litres of pure alcohol."""
        fees = []
        for tax, counted in self.market.supplied_units(commodity, unit):
            quantity, stated = supplied_quantity(counted, grams, commodity)
            fees.append(
                item_classes.DutyTaxFee(
                    specific_tax_base_quantity=Quantity(value=quantity, unit=stated),
                    type_code=tax,
                )
            )
        return fees

    def _claim(
        self, supplier: Supplier, documents: list[item_classes.AdditionalDocument]
    ) -> tuple[str, tuple[item_classes.Origin, ...]]:
        """Claim a preference where there is one, mostly with its proof.

        Returns the claim, and the preferential origin where the claim rests on one.
        """
        rules = self.market.claims_for(supplier.country)
        if not rules or self.rng.random() >= 0.7:
            return self.claimed, ()
        rule = rules[0]
        if rule.proof_documents and self.rng.random() < 0.92:
            proof = f"EO{self.rng.randrange(10**7):07d}"
            documents.append(self._document(rule.proof_documents[0], proof))
        if rule.by_origin != "preferential":
            return rule.code, ()
        return rule.code, (item_classes.Origin(country_code=supplier.country, type_code="2"),)

    def _quota(
        self,
        commodity: str,
        supplier: Supplier,
        regime: str,
        documents: Sequence[item_classes.AdditionalDocument],
    ) -> tuple[str, str | None]:
        """Claim a tariff quota in place of a preference, where one serves the goods.

        Returns the claim and the quota's order number. Nothing is drawn by lot here: who has what
        a quota asks for claims it.
        """
        found = self.market.quota_for(commodity, supplier.country)
        if found is None:
            return regime, None
        rule, order = found
        held = {f"{one.category_code}{one.type_code}" for one in documents}
        proved = not rule.proof_documents or not held.isdisjoint(rule.proof_documents)
        based = rule.by_origin != "preferential" or regime != self.claimed
        return (rule.code, order) if proved and based else (regime, None)

    def _document(self, code: str, reference: str) -> item_classes.AdditionalDocument:
        return item_classes.AdditionalDocument(
            category_code=code[:1], type_code=code[1:], id=reference
        )


def _moment(when: datetime) -> DateTime:
    offset = when.utcoffset()
    hours = round(offset.total_seconds() / 3_600) if offset is not None else 0
    return DateTime(value=f"{when:%Y%m%d%H%M%S}{hours:+03d}", format="304")


def _amount(smallest_units: int, currency: str) -> Amount:
    return Amount(
        value=written(smallest_units, get_currency_precision(currency)), currency=currency
    )


def _address(line: str, city: str, country: str) -> parties.Address:
    return parties.Address(city_name=city, country_code=country, line=line, postcode_id="10110")
