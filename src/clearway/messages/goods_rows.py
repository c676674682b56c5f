"""One goods item of the record tree as the kernel's flat row, with its documents."""

from __future__ import annotations

from typing import Any

from clearway.kernel.lodgement import DocumentRow, Item, Party, PreviousDocumentRow, SuppliedTax
from clearway.messages.exact_numbers import ExactNumbers, local_day
from clearway.messages.goods import AdditionalDocument, DutyTaxFee, GovernmentAgencyGoodsItem

_RATE = 8
_LONE_COMMODITY = frozenset({6, 8, 10, 11, 12, 13})


class GoodsRows(ExactNumbers):
    """Flattens goods items; gathers the documents, which are rows of the declaration."""

    def __init__(self, commodity_parts: tuple[str, ...]) -> None:
        super().__init__()
        self.parts = commodity_parts
        self.documents: list[DocumentRow] = []
        self.previous: list[PreviousDocumentRow] = []

    def item(self, number: int, item: GovernmentAgencyGoodsItem) -> Item:
        """Return one goods item, flat; its documents join the declaration's."""
        here = f"42A/67A/68A[{number}]"
        value, value_currency = self.amount(item.customs_value_amount, here, ":108")
        statistical, statistical_currency = self.amount(item.statistical_value_amount, here, ":114")
        result = Item(
            sequence=item.sequence_numeric,
            customs_value_amount=value,
            customs_value_currency=value_currency,
            statistical_amount=statistical,
            statistical_currency=statistical_currency,
            transaction_nature=item.transaction_nature_code or "",
            export_country=id_of(item.export_country),
            ucr=ucr_of(item.ucr),
            consignee=party_of(item.consignee),
            consignor=party_of(item.consignor),
            seller=party_of(item.seller),
            buyer=party_of(item.buyer),
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
                [
                    (entry.statement_code or "", entry.statement_description or "")
                    for entry in item.additional_information
                ]
            )
        self.add_procedures_and_origins(result, item)
        self.add_packages(result, item, here)
        if item.commodity is not None:
            self.add_commodity(result, item.commodity, here)
        for position, document in enumerate(item.additional_documents, 1):
            self.documents.append(self.document(number, document, f"{here}/02A[{position}]"))
        for previous in item.previous_documents:
            self.previous.append(previous_of(number, previous))
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
        """Add types, counts and marks of the packages, and their sum where any is declared."""
        packagings = item.packagings
        if not packagings:
            return
        counts = [
            self.whole(package.quantity_quantity, here, f"/93A[{n}]:144")
            for n, package in enumerate(packagings, 1)
        ]
        result.package_types = tuple([package.type_code or "" for package in packagings])
        result.package_counts = tuple([count or 0 for count in counts])
        result.package_marks = tuple([package.marks_numbers_id or "" for package in packagings])
        if counts.count(None) < len(counts):
            result.packages = sum(result.package_counts)

    def add_commodity(self, result: Item, commodity: Any, here: str) -> None:
        """Add the codes, masses, price and declared taxes."""
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
            result.gross_mass = self.mass(gross, here, "/23A/65A:126")
            result.net_mass = self.mass(net, here, "/23A/65A:128")
            result.quantity = self.quantity(tariff, here, "/23A/65A:130")
            result.quantity_unit = tariff.unit if tariff is not None else ""
            result.mass_units = tuple([mass.unit for mass in (gross, net) if mass and mass.unit])
        if commodity.invoice_line is not None:
            result.item_amount, result.item_currency = self.amount(
                commodity.invoice_line.item_charge_amount, here, "/23A/79A:112"
            )
        fees = commodity.duty_tax_fees
        if fees:
            result.taxes = tuple(
                [self.tax(fee, f"{here}/23A/50A[{n}]") for n, fee in enumerate(fees, 1)]
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
        return commodity, tuple([code for _, code in others])

    def tax(self, fee: DutyTaxFee, here: str) -> SuppliedTax:
        """Return what the trader says about one tax."""
        payment = fee.payment
        base, base_currency = self.amount(fee.ad_valorem_tax_base_amount, here, ":116")
        quantity = fee.specific_tax_base_quantity
        assessed, assessed_currency = (
            self.amount(payment.tax_assessed_amount, here, "/94A:120")
            if payment is not None
            else (None, "")
        )
        rate = fee.tax_rate_numeric
        return SuppliedTax(
            type_code=fee.type_code or "",
            payment_method=(payment.method_code or "") if payment is not None else "",
            base_quantity=self.quantity(quantity, here, ":129"),
            base_unit=quantity.unit if quantity is not None else "",
            base_amount=base,
            base_currency=base_currency,
            rate=None if rate is None else self.number(rate, _RATE, here, ":115"),
            assessed_amount=assessed,
            assessed_currency=assessed_currency,
        )

    def document(self, number: int, document: AdditionalDocument, here: str) -> DocumentRow:
        """Return one document of an item; its code is category and type together."""
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
        amount, currency = self.amount(write_off.amount_amount, here, "/22C:503")
        quantity = write_off.quantity_quantity
        return DocumentRow(
            item=number,
            code=code,
            reference=document.id or "",
            exemption_code=document.lpco_exemption_code or "",
            name=document.name or "",
            effective_date=local_day(document.effective_date_time),
            write_off_quantity=self.quantity(quantity, here, "/22C:502"),
            write_off_unit=quantity.unit if quantity is not None else "",
            write_off_amount=amount,
            write_off_currency=currency,
        )


def id_of(entry: Any) -> str:
    """Return the identifier of a class that may be absent."""
    return (entry.id or "") if entry is not None else ""


def ucr_of(entry: Any) -> str:
    """Return the unique consignment reference, or the trader's own."""
    return (entry.id or entry.trader_assigned_reference_id or "") if entry is not None else ""


def roles_of(parties: Any) -> tuple[tuple[str, str], ...]:
    """Return identifier and role of each party."""
    return tuple((party.id or "", party.role_code or "") for party in parties)


def party_of(party: Any) -> Party | None:
    """Return a party with its address, as far as declared."""
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


def previous_of(number: int, document: Any) -> PreviousDocumentRow:
    """Return one previous document; item 0 is the declaration itself."""
    return PreviousDocumentRow(
        item=number,
        category=document.category_code or "",
        code=document.type_code or "",
        reference=document.id or "",
        line=document.line_numeric,
    )
