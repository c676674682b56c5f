"""From the record tree to the flat rows that the kernel reads.

Nothing is looked up, defaulted or copied here: an item without a country of export has none,
even where the header has one (the kernel applies the header's value, so that a pointer always
names the datum that was declared). Codes stay as declared.

What a declaration of the WCO Data Model does not carry, and therefore only the caller can give:
``consignment_key``, ``features``, ``low_value_regime``, ``observed_on``, and ``legal_date``
where the acceptance date is absent. ``mass_units`` holds the units of gross and net mass where
they are declared.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from clearway.kernel.lodgement import (
    Charge,
    DocumentRow,
    Item,
    Lodgement,
    Party,
    PreviousDocumentRow,
    SuppliedTax,
)
from clearway.messages.goods import AdditionalDocument, DutyTaxFee, GovernmentAgencyGoodsItem
from clearway.messages.problems import SyntaxProblem
from clearway.messages.records import Declaration, MetaData
from clearway.messages.values import Amount, DateTime, Quantity

_EPOCH = date(1970, 1, 1).toordinal()
_INT64 = 2**63
_AMOUNT, _MASS, _RATE = 3, 6, 8
_COMMODITY_PARTS = ("TSP", "TRC")
_LONE_COMMODITY = frozenset({6, 8, 10, 11, 12, 13})
Features = Mapping[str, int | str | bool | None]


def to_lodgement(
    record: MetaData | Declaration,
    *,
    observed_on: int | None = None,
    legal_date: int | None = None,
    features: Features | None = None,
    consignment_key: str = "",
    low_value_regime: str = "",
    commodity_parts: tuple[str, ...] = _COMMODITY_PARTS,
) -> tuple[Lodgement, list[SyntaxProblem]]:
    """Flatten one declaration.

    Args:
        record: a declaration, or its envelope.
        observed_on: day on which the message arrived, days since 1970-01-01.
        legal_date: day whose law applies, where the declaration has no acceptance date.
        features: the parties' history, by the names of ``clearway.kernel.features``.
        consignment_key: key of the random draw.
        low_value_regime: the regime under which the consignment is declared, a code of the pack.
        commodity_parts: identification types whose codes, joined in this order, are the national
            commodity code; any other type is an additional code.

    Returns:
        The lodgement, and the problems with numbers that the kernel's exact scales cannot hold.

    Raises:
        ValueError: the envelope holds no declaration.
    """
    declaration = record.declaration if isinstance(record, MetaData) else record
    if declaration is None:
        raise ValueError("the message holds no declaration; only declarations can be assessed")
    flat = _Flattening(commodity_parts)
    lodgement = flat.lodgement(declaration)
    lodgement.observed_on = observed_on
    if lodgement.legal_date is None:
        lodgement.legal_date = legal_date
    if features is not None:
        lodgement.features = dict(features)
    lodgement.consignment_key = consignment_key
    lodgement.low_value_regime = low_value_regime
    return lodgement, flat.problems


def local_day(moment: DateTime | None) -> int | None:
    """Return the calendar day as written, in days since 1970-01-01.

    The day is the local one of the declared offset: an acceptance at 23:59 local time belongs
    to that day, whatever UTC says. ``None`` where it is absent or no day of the calendar.
    """
    if moment is None or len(moment.value) < 8:
        return None
    text = moment.value
    try:
        return date(int(text[:4]), int(text[4:6]), int(text[6:8])).toordinal() - _EPOCH
    except ValueError:
        return None


def scaled_text(text: str, decimals: int) -> int | None:
    """Return a written decimal number times ``10**decimals``, exactly.

    ``None`` where it has more decimals than that.

    >>> scaled_text("1000.50", 3), scaled_text("0.0001", 3)
    (1000500, None)
    """
    whole, _, fraction = text.partition(".")
    if len(fraction) > decimals:
        spare = fraction[decimals:]
        if spare.strip("0"):
            return None
        fraction = fraction[:decimals]
    return int(f"{whole}{fraction}{'0' * (decimals - len(fraction))}")


class _Flattening:
    """One declaration on its way; keeps the problems and the rows that items share."""

    def __init__(self, commodity_parts: tuple[str, ...]) -> None:
        self.parts = commodity_parts
        self.problems: list[SyntaxProblem] = []
        self.documents: list[DocumentRow] = []
        self.previous: list[PreviousDocumentRow] = []

    def number(self, text: str, decimals: int, pointer: str) -> int | None:
        """Scale a number; report one that the scale or 64 bits cannot hold."""
        try:
            value = scaled_text(text, decimals)
        except ValueError:
            value = None
        if value is None:
            parameters = (("value", text), ("decimals", str(decimals)))
            self.problems.append(SyntaxProblem("CLW1060", pointer, 0, parameters))
            return None
        if not -_INT64 <= value < _INT64:
            self.problems.append(SyntaxProblem("CLW1061", pointer, 0, (("value", text),)))
            return None
        return value

    def amount(self, amount: Amount | None, pointer: str) -> tuple[int | None, str]:
        if amount is None:
            return None, ""
        return self.number(amount.value, _AMOUNT, pointer), amount.currency

    def quantity(self, quantity: Quantity | None, pointer: str) -> int | None:
        return None if quantity is None else self.number(quantity.value, _MASS, pointer)

    def whole(self, quantity: Quantity | None, pointer: str) -> int | None:
        return None if quantity is None else self.number(quantity.value, 0, pointer)

    def lodgement(self, declaration: Declaration) -> Lodgement:
        """Return the whole declaration, flat."""
        type_code = declaration.type_code or ""
        accepted, issued = declaration.acceptance_date_time, declaration.issue_date_time
        invoice, currency = self.amount(declaration.invoice_amount, "42A:109")
        result = Lodgement(
            lrn=declaration.functional_reference_id or "",
            id=declaration.id or "",
            function_code=declaration.function_code or "",
            type_code=type_code,
            direction=type_code[:2],
            additional_type=type_code[2:3],
            legal_date=local_day(accepted),
            acceptance_text=accepted.value if accepted else "",
            acceptance_format=accepted.format if accepted else "",
            issue_text=issued.value if issued else "",
            issue_format=issued.format if issued else "",
            office=declaration.declaration_office_id or "",
            exit_office=_id(declaration.exit_office),
            presentation_office=_id(declaration.presentation_office),
            supervising_office=_id(declaration.supervising_office),
            item_count=self.whole(declaration.goods_item_quantity, "42A:228"),
            total_packages=self.whole(declaration.total_package_quantity, "42A:146"),
            total_gross_mass=self.quantity(declaration.total_gross_mass_measure, "42A:131"),
            invoice_amount=invoice,
            invoice_currency=currency,
            declarant=_party(declaration.declarant),
            agent=_party(declaration.agent),
            exporter=_party(declaration.exporter),
        )
        self.add_header_lists(result, declaration)
        self.add_transport(result, declaration)
        self.add_shipment(result, declaration)
        result.documents = tuple(self.documents)
        result.previous_documents = tuple(self.previous)
        return result

    def add_header_lists(self, result: Lodgement, declaration: Declaration) -> None:
        if declaration.agent is not None:
            result.agent_status = declaration.agent.function_code or ""
        if declaration.currency_exchanges:
            result.exchange_rates = tuple(
                (rate.currency_type_code or "", rate.rate_numeric or "")
                for rate in declaration.currency_exchanges
            )
        if declaration.authorisation_holders:
            result.authorisations = tuple(
                (holder.id or "", holder.category_code or "")
                for holder in declaration.authorisation_holders
            )
        if declaration.obligation_guarantees:
            result.guarantees = tuple(
                (
                    guarantee.security_details_code or "",
                    guarantee.reference_id or guarantee.id or "",
                )
                for guarantee in declaration.obligation_guarantees
            )
        if declaration.additional_information:
            result.statements = tuple(
                (entry.statement_code or "", entry.statement_description or "")
                for entry in declaration.additional_information
            )
        for document in declaration.additional_documents:
            code = (document.category_code or "") + (document.type_code or "")
            self.documents.append(DocumentRow(0, code, document.id or ""))

    def add_transport(self, result: Lodgement, declaration: Declaration) -> None:
        border = declaration.border_transport_means
        if border is not None:
            result.border_mode = border.mode_code or ""
            result.border_nationality = border.registration_nationality_code or ""
            result.border_means_id = border.id or ""
            result.border_means_type = border.identification_type_code or ""
        consignment = declaration.consignment
        if consignment is not None:
            result.carrier = _party(consignment.carrier)
            result.consignor = _party(consignment.consignor)
            result.routing_countries = tuple(
                stop.routing_country_code or "" for stop in consignment.itineraries
            )

    def add_shipment(self, result: Lodgement, declaration: Declaration) -> None:
        shipment = declaration.goods_shipment
        if shipment is None:
            return
        result.importer = _party(shipment.importer)
        result.consignee = _party(shipment.consignee)
        result.consignor = _party(shipment.consignor) or result.consignor
        result.seller = _party(shipment.seller)
        result.buyer = _party(shipment.buyer)
        result.transaction_nature = shipment.transaction_nature_code or ""
        result.export_country = _id(shipment.export_country)
        result.ucr = _ucr(shipment.ucr)
        result.warehouse = _id(shipment.warehouse)
        if shipment.destination is not None:
            result.destination_country = shipment.destination.country_code or ""
        if shipment.aeo_mutual_recognition_parties:
            result.aeo_parties = _roles(shipment.aeo_mutual_recognition_parties)
        if shipment.domestic_duty_tax_parties:
            result.duty_tax_parties = _roles(shipment.domestic_duty_tax_parties)
        terms = shipment.trade_terms
        if terms is not None:
            result.incoterm = terms.condition_code or ""
            result.incoterm_place = terms.location_id or terms.location_name or ""
        if shipment.customs_valuation is not None:
            value = shipment.customs_valuation
            result.freight_amount, result.freight_currency = self.amount(
                value.freight_charge_amount, "42A/67A/41A:117"
            )
            result.charges = self.charges(value.charge_deductions, "42A/67A/41A")
        if shipment.consignment is not None:
            self.add_consignment(result, shipment.consignment)
        for document in shipment.previous_documents:
            self.previous.append(_previous(0, document))
        result.items = tuple(
            self.item(number, item) for number, item in enumerate(shipment.goods_items, 1)
        )

    def add_consignment(self, result: Lodgement, consignment: Any) -> None:
        result.container_indicator = consignment.container_code or ""
        arrival = consignment.arrival_transport_means
        if arrival is not None:
            result.arrival_means_id = arrival.id or ""
            result.arrival_means_type = arrival.identification_type_code or ""
        result.loading_location = _id(consignment.loading_location)
        place = consignment.goods_location
        if place is not None:
            result.goods_location = place.id or place.name or ""
            if place.address is not None:
                result.goods_location_country = place.address.country_code or ""
        equipment = consignment.transport_equipment
        if equipment:
            result.containers = tuple(unit.id or "" for unit in equipment)
            result.seals = tuple(seal.id or "" for unit in equipment for seal in unit.seals)

    def charges(self, entries: Any, pointer: str) -> tuple[Charge, ...]:
        """Return the additions and deductions; one whose amount cannot be read is left out."""
        rows = []
        for number, entry in enumerate(entries, 1):
            where = f"{pointer}/58B[{number}]:181"
            amount, currency = self.amount(entry.other_charge_deduction_amount, where)
            if amount is not None:
                rows.append(Charge(entry.charges_type_code or "", amount, currency))
        return tuple(rows)

    def item(self, number: int, item: GovernmentAgencyGoodsItem) -> Item:
        """Return one goods item, flat; its documents join the declaration's."""
        here = f"42A/67A/68A[{number}]"
        value, value_currency = self.amount(item.customs_value_amount, f"{here}:108")
        statistical, statistical_currency = self.amount(
            item.statistical_value_amount, f"{here}:114"
        )
        result = Item(
            sequence=item.sequence_numeric,
            customs_value_amount=value,
            customs_value_currency=value_currency,
            statistical_amount=statistical,
            statistical_currency=statistical_currency,
            transaction_nature=item.transaction_nature_code or "",
            export_country=_id(item.export_country),
            ucr=_ucr(item.ucr),
            consignee=_party(item.consignee),
            consignor=_party(item.consignor),
            seller=_party(item.seller),
            buyer=_party(item.buyer),
        )
        if item.destination is not None:
            result.destination_country = item.destination.country_code or ""
        if item.valuation_adjustment is not None:
            result.valuation_indicators = item.valuation_adjustment.addition_code or ""
        if item.customs_valuation is not None:
            result.valuation_method = item.customs_valuation.method_code or ""
            result.charges = self.charges(item.customs_valuation.charge_deductions, f"{here}/41A")
        if item.additional_information:
            result.statements = tuple(
                (entry.statement_code or "", entry.statement_description or "")
                for entry in item.additional_information
            )
        self.add_procedures_and_origins(result, item)
        self.add_packages(result, item, here)
        if item.commodity is not None:
            self.add_commodity(result, item.commodity, here)
        for position, document in enumerate(item.additional_documents, 1):
            self.documents.append(self.document(number, document, f"{here}/02A[{position}]"))
        for previous in item.previous_documents:
            self.previous.append(_previous(number, previous))
        return result

    def add_procedures_and_origins(self, result: Item, item: GovernmentAgencyGoodsItem) -> None:
        """The first pair of two-character codes is the procedure; all others are additional."""
        additional = []
        for entry in item.government_procedures:
            current = entry.current_code or ""
            if not result.procedure and (len(current) == 2 or entry.previous_code):
                result.procedure = current
                result.previous_procedure = entry.previous_code or ""
            elif current:
                additional.append(current)
        result.additional_procedures = tuple(additional)
        for origin in item.origins:
            country = origin.country_code or ""
            if origin.type_code == "2":
                result.preferential_origin = result.preferential_origin or country
            elif not result.origin:
                result.origin = country

    def add_packages(self, result: Item, item: GovernmentAgencyGoodsItem, here: str) -> None:
        packagings = item.packagings
        if not packagings:
            return
        counts = [
            self.whole(package.quantity_quantity, f"{here}/93A[{n}]:144")
            for n, package in enumerate(packagings, 1)
        ]
        result.package_types = tuple(package.type_code or "" for package in packagings)
        result.package_counts = tuple(count or 0 for count in counts)
        result.package_marks = tuple(package.marks_numbers_id or "" for package in packagings)
        if any(count is not None for count in counts):
            result.packages = sum(result.package_counts)

    def add_commodity(self, result: Item, commodity: Any, here: str) -> None:
        result.description = commodity.description or ""
        result.commodity, result.additional_codes = self.codes(commodity.classifications)
        if commodity.dangerous_goods:
            result.dangerous_goods = tuple(
                entry.undgid or "" for entry in commodity.dangerous_goods
            )
        if commodity.transport_equipment:
            result.containers = tuple(unit.id or "" for unit in commodity.transport_equipment)
        measure = commodity.goods_measure
        if measure is not None:
            gross, net, tariff = (
                measure.gross_mass_measure,
                measure.net_net_weight_measure,
                measure.tariff_quantity,
            )
            result.gross_mass = self.quantity(gross, f"{here}/23A/65A:126")
            result.net_mass = self.quantity(net, f"{here}/23A/65A:128")
            result.quantity = self.quantity(tariff, f"{here}/23A/65A:130")
            result.quantity_unit = tariff.unit if tariff is not None else ""
            result.mass_units = tuple(mass.unit for mass in (gross, net) if mass and mass.unit)
        if commodity.invoice_line is not None:
            result.item_amount, result.item_currency = self.amount(
                commodity.invoice_line.item_charge_amount, f"{here}/23A/79A:112"
            )
        fees = commodity.duty_tax_fees
        if fees:
            result.taxes = tuple(
                self.tax(fee, f"{here}/23A/50A[{n}]") for n, fee in enumerate(fees, 1)
            )
            for fee in fees:
                result.preference = result.preference or fee.duty_regime_code or ""
                result.quota_order = result.quota_order or fee.quota_order_id or ""

    def codes(self, classifications: Any) -> tuple[str, tuple[str, ...]]:
        """Return the national commodity code and the additional codes.

        The codes of ``commodity_parts`` are joined. Where none has such a type, the first code
        that stands without a type or is as long as a tariff line is the commodity.
        """
        joined = dict.fromkeys(self.parts, "")
        others: list[tuple[str, str]] = []
        for entry in classifications:
            kind, code = entry.identification_type_code or "", entry.id or ""
            if kind in joined and not joined[kind]:
                joined[kind] = code
            else:
                others.append((kind, code))
        commodity = "".join(joined.values())
        if not commodity:
            for position, (kind, code) in enumerate(others):
                if not kind or (code.isdigit() and len(code) in _LONE_COMMODITY):
                    commodity = code
                    del others[position]
                    break
        return commodity, tuple(code for _, code in others)

    def tax(self, fee: DutyTaxFee, here: str) -> SuppliedTax:
        payment = fee.payment
        base, base_currency = self.amount(fee.ad_valorem_tax_base_amount, f"{here}:116")
        quantity = fee.specific_tax_base_quantity
        assessed, assessed_currency = (
            self.amount(payment.tax_assessed_amount, f"{here}/94A:120")
            if payment is not None
            else (None, "")
        )
        rate = fee.tax_rate_numeric
        return SuppliedTax(
            type_code=fee.type_code or "",
            payment_method=(payment.method_code or "") if payment is not None else "",
            base_quantity=self.quantity(quantity, f"{here}:129"),
            base_unit=quantity.unit if quantity is not None else "",
            base_amount=base,
            base_currency=base_currency,
            rate=None if rate is None else self.number(rate, _RATE, f"{here}:115"),
            assessed_amount=assessed,
            assessed_currency=assessed_currency,
        )

    def document(self, number: int, document: AdditionalDocument, here: str) -> DocumentRow:
        code = (document.category_code or "") + (document.type_code or "")
        write_off = document.write_off
        if write_off is None:
            return DocumentRow(
                number,
                code,
                document.id or "",
                document.lpco_exemption_code or "",
                document.name or "",
                local_day(document.effective_date_time),
            )
        amount, currency = self.amount(write_off.amount_amount, f"{here}/22C:503")
        quantity = write_off.quantity_quantity
        return DocumentRow(
            item=number,
            code=code,
            reference=document.id or "",
            exemption_code=document.lpco_exemption_code or "",
            name=document.name or "",
            effective_date=local_day(document.effective_date_time),
            write_off_quantity=self.quantity(quantity, f"{here}/22C:502"),
            write_off_unit=quantity.unit if quantity is not None else "",
            write_off_amount=amount,
            write_off_currency=currency,
        )


def _id(entry: Any) -> str:
    return (entry.id or "") if entry is not None else ""


def _ucr(entry: Any) -> str:
    return (entry.id or entry.trader_assigned_reference_id or "") if entry is not None else ""


def _roles(parties: Any) -> tuple[tuple[str, str], ...]:
    return tuple((party.id or "", party.role_code or "") for party in parties)


def _party(party: Any) -> Party | None:
    if party is None:
        return None
    address = party.address
    if address is None:
        return Party(party.id or "", party.name or "")
    return Party(
        id=party.id or "",
        name=party.name or "",
        country=address.country_code or "",
        city=address.city_name or "",
        line=address.line or "",
        postcode=address.postcode_id or "",
    )


def _previous(number: int, document: Any) -> PreviousDocumentRow:
    return PreviousDocumentRow(
        item=number,
        category=document.category_code or "",
        code=document.type_code or "",
        reference=document.id or "",
        line=document.line_numeric,
    )
