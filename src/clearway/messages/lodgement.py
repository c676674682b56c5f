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
from typing import Any

from clearway.kernel.lodgement import DocumentRow, Lodgement
from clearway.messages.exact_numbers import local_day, scaled_text
from clearway.messages.goods_rows import (
    GoodsRows,
    id_of,
    party_of,
    previous_of,
    roles_of,
    ucr_of,
)
from clearway.messages.problems import SyntaxProblem
from clearway.messages.records import Declaration, MetaData

__all__ = ["local_day", "scaled_text", "to_lodgement"]

_COMMODITY_PARTS = ("TSP", "TRC")
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


class _Flattening(GoodsRows):
    """One declaration on its way."""

    def lodgement(self, declaration: Declaration) -> Lodgement:
        """Return the whole declaration, flat."""
        type_code = declaration.type_code or ""
        accepted, issued = declaration.acceptance_date_time, declaration.issue_date_time
        invoice, currency = self.amount(declaration.invoice_amount, "42A", ":109")
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
            exit_office=id_of(declaration.exit_office),
            presentation_office=id_of(declaration.presentation_office),
            supervising_office=id_of(declaration.supervising_office),
            item_count=self.whole(declaration.goods_item_quantity, "42A", ":228"),
            total_packages=self.whole(declaration.total_package_quantity, "42A", ":146"),
            total_gross_mass=self.mass(declaration.total_gross_mass_measure, "42A", ":131"),
            invoice_amount=invoice,
            invoice_currency=currency,
            declarant=party_of(declaration.declarant),
            agent=party_of(declaration.agent),
            exporter=party_of(declaration.exporter),
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
            result.carrier = party_of(consignment.carrier)
            result.consignor = party_of(consignment.consignor)
            result.routing_countries = tuple(
                stop.routing_country_code or "" for stop in consignment.itineraries
            )

    def add_shipment(self, result: Lodgement, declaration: Declaration) -> None:
        shipment = declaration.goods_shipment
        if shipment is None:
            return
        result.importer = party_of(shipment.importer)
        result.consignee = party_of(shipment.consignee)
        result.consignor = party_of(shipment.consignor) or result.consignor
        result.seller = party_of(shipment.seller)
        result.buyer = party_of(shipment.buyer)
        result.transaction_nature = shipment.transaction_nature_code or ""
        result.export_country = id_of(shipment.export_country)
        result.ucr = ucr_of(shipment.ucr)
        result.warehouse = id_of(shipment.warehouse)
        if shipment.destination is not None:
            result.destination_country = shipment.destination.country_code or ""
        if shipment.aeo_mutual_recognition_parties:
            result.aeo_parties = roles_of(shipment.aeo_mutual_recognition_parties)
        if shipment.domestic_duty_tax_parties:
            result.duty_tax_parties = roles_of(shipment.domestic_duty_tax_parties)
        terms = shipment.trade_terms
        if terms is not None:
            result.incoterm = terms.condition_code or ""
            result.incoterm_place = terms.location_id or terms.location_name or ""
        if shipment.customs_valuation is not None:
            value = shipment.customs_valuation
            result.freight_amount, result.freight_currency = self.amount(
                value.freight_charge_amount, "42A/67A/41A", ":117"
            )
            result.charges = self.charges(value.charge_deductions, "42A/67A/41A")
        if shipment.consignment is not None:
            self.add_consignment(result, shipment.consignment)
        for document in shipment.previous_documents:
            self.previous.append(previous_of(0, document))
        result.items = tuple(
            self.item(number, item) for number, item in enumerate(shipment.goods_items, 1)
        )

    def add_consignment(self, result: Lodgement, consignment: Any) -> None:
        result.container_indicator = consignment.container_code or ""
        arrival = consignment.arrival_transport_means
        if arrival is not None:
            result.arrival_means_id = arrival.id or ""
            result.arrival_means_type = arrival.identification_type_code or ""
        result.loading_location = id_of(consignment.loading_location)
        place = consignment.goods_location
        if place is not None:
            result.goods_location = place.id or place.name or ""
            if place.address is not None:
                result.goods_location_country = place.address.country_code or ""
        equipment = consignment.transport_equipment
        if equipment:
            result.containers = tuple(unit.id or "" for unit in equipment)
            result.seals = tuple(seal.id or "" for unit in equipment for seal in unit.seals)
