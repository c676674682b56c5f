"""Exports: a firm sells to one of the places it also buys from, declared the other way round."""

from __future__ import annotations

from clearway.messages import goods as item_classes
from clearway.messages import parties, shipment
from clearway.messages.records import Declaration, ExitOffice
from clearway.simulators.market import Market
from clearway.simulators.traders import Trader


def as_export(declaration: Declaration, market: Market, firm: Trader) -> Declaration:
    """Turn a firm's import into an export of the same goods to the country they came from.

    Changes the declaration in place and returns it.
    """
    home = market.reference.country
    whole = declaration.goods_shipment
    assert whole is not None
    partner = declaration.exporter
    assert partner is not None
    abroad = whole.export_country.id if whole.export_country else "ES"
    declaration.type_code = market.pick("declaration_type", ("EXA", "EX"))
    declaration.exporter = parties.Exporter(
        name=firm.name,
        id=firm.id,
        address=parties.Address(
            city_name=firm.city, country_code=home, line="Quay Road 12", postcode_id="10110"
        ),
    )
    declaration.exit_office = ExitOffice(id=declaration.declaration_office_id)
    whole.consignee = parties.Consignee(name=partner.name, address=partner.address)
    whole.importer = None
    whole.previous_documents = ()
    whole.export_country = item_classes.ExportCountry(id=home)
    whole.destination = item_classes.Destination(country_code=abroad)
    whole.customs_valuation = None
    whole.trade_terms = shipment.TradeTerms(condition_code="FOB", location_name=firm.city)
    if declaration.border_transport_means and declaration.border_transport_means.mode_code != "1":
        whole.trade_terms.condition_code = "FCA"
    if whole.consignment is not None and whole.consignment.arrival_transport_means is not None:
        arrival = whole.consignment.arrival_transport_means
        whole.consignment.arrival_transport_means = None
        whole.consignment.departure_transport_means = shipment.DepartureTransportMeans(
            id=arrival.id, identification_type_code=arrival.identification_type_code
        )
    for item in whole.goods_items:
        _turn(item, market, home)
    return declaration


def _turn(item: item_classes.GovernmentAgencyGoodsItem, market: Market, home: str) -> None:
    item.government_procedures = (
        item_classes.GovernmentProcedure(
            current_code=market.pick("procedure", ("10", "1000")),
            previous_code=market.pick("previous_procedure", ("00", "0000")),
        ),
    )
    item.origins = (item_classes.Origin(country_code=home, type_code="1"),)
    item.additional_documents = item.additional_documents[:1]  # the invoice
    item.customs_valuation = None
    if item.commodity is not None:
        item.commodity.duty_tax_fees = ()
