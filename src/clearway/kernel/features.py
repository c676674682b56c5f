"""Features: what a risk profile may look at, column by column.

``SCHEMA`` is the whole list; ``feature_rows`` beside this file fills it for the items of a
declaration. Declared data come from the lodgement, values and taxes from the kernel's own stages,
and the parties' history from ``Lodgement.features``, which is computed beforehand (the kernel
reads no database). A feature that differs between the items of one declaration is given under
``name[2]`` for the second item, and under ``name`` for all others. Numbers in
``Lodgement.features`` are whole numbers scaled by the column's ``scale``.

Money is in thousandths of the currency named (assessed amounts: the pack's currency), masses
and quantities in millionths; a condition is written in whole units (``net_mass > 100`` is
100 kg). Text that is not declared is absent (NULL), never an empty string.
"""

from __future__ import annotations

from clearway.kernel.columns import Column, ColumnType, Schema
from clearway.kernel.unit_prices import PRICE_SCALE
from clearway.vocabulary.money import DECLARED_AMOUNT_SCALE, QUANTITY_SCALE

TEXT, NUMBER, BOOLEAN, DATE = ColumnType


def _text(name: str, meaning: str, wco_id: str = "", source: str = "declaration") -> Column:
    return Column(name, TEXT, meaning, wco_id=wco_id, source=source)


def _number(
    name: str, meaning: str, scale: int = 1, wco_id: str = "", source: str = "declaration"
) -> Column:
    return Column(name, NUMBER, meaning, scale, wco_id=wco_id, source=source)


def _history(name: str, meaning: str, scale: int = 1) -> Column:
    return Column(name, NUMBER, meaning, scale, source="history")


def _flag(name: str, meaning: str, source: str = "history") -> Column:
    return Column(name, BOOLEAN, meaning, source=source)


_AMOUNT, _MASS = DECLARED_AMOUNT_SCALE, QUANTITY_SCALE

DECLARATION_COLUMNS = (
    _text("declaration_type", "type code as declared, e.g. IMA", "D013"),
    _text("direction", "IM, EX, CO …: the first letters of the type"),
    _text("additional_type", "third letter of the type: A standard, D pre-lodged …"),
    Column("legal_date", DATE, "the day whose law applies", source="declaration"),
    _text("office", "customs office of the declaration", "065"),
    _text("presentation_office", "office where the goods are presented"),
    _number("item_count", "goods items in the declaration", wco_id="228"),
    _number("total_packages", "packages declared for the whole", wco_id="146"),
    _number("total_gross_mass", "gross mass declared for the whole, kg", _MASS, "131"),
    _number("invoice_amount", "invoice total in its own currency", _AMOUNT, "109"),
    _text("invoice_currency", "currency of the invoice", "135"),
    _text("incoterm", "delivery term"),
    _text("incoterm_place", "place of the delivery term"),
    _number("freight_amount", "freight in its own currency", _AMOUNT, "117"),
    _text("border_mode", "mode of transport at the border (UN Rec 19)", "T022"),
    _text("border_nationality", "nationality of the means at the border", "T014"),
    _text("border_means_type", "kind of identifier of the means at the border"),
    _text("border_means_id", "means of transport at the border", "T006"),
    _text("arrival_means_id", "means of transport at arrival"),
    _text("loading_location", "place of loading (UN/LOCODE)", "L010"),
    _text("goods_location", "where the goods may be examined", "L017"),
    _text("export_country", "country of export of the item, else of the declaration", "062"),
    _text("destination_country", "country of destination", "465"),
    _text("routing", "countries of routing in order, joined by /, e.g. CN/SG/VN"),
    _number("container_count", "containers of the declaration"),
    _number("seal_count", "seals of the declaration"),
    _text("declarant", "identifier of the declarant", "R123"),
    _text("agent", "identifier of the agent"),
    _text("importer", "identifier of the importer", "R038"),
    _text("importer_name", "name of the importer as declared"),
    _text("importer_country", "country of the importer's address"),
    _text("exporter", "identifier of the exporter", "R032"),
    _text("exporter_name", "name of the exporter as declared"),
    _text("exporter_country", "country of the exporter's address"),
    _text("carrier", "identifier of the carrier"),
    _text("warehouse", "warehouse identifier"),
    _text("low_value_regime", "low-value regime claimed"),
)
ITEM_COLUMNS = (
    _number("item", "position of the goods item, from 1"),
    _text("hs", "whole national commodity code", "145"),
    _text("description", "description of the goods", "137"),
    _text("additional_code", "additional codes in order, joined by /"),
    _text("origin", "country of origin", "063"),
    _text("preferential_origin", "country of preferential origin"),
    _text("procedure", "requested procedure", "166"),
    _text("previous_procedure", "previous procedure", "161"),
    _text("additional_procedure", "additional procedures in order, joined by /"),
    _text("preference", "preference claimed (duty regime code)"),
    _text("quota_order", "quota order number claimed"),
    _number("item_amount", "item price in its own currency", _AMOUNT, "112"),
    _text("item_currency", "currency of the item price"),
    _text("valuation_method", "valuation method as declared", "122"),
    _number("gross_mass", "gross mass of the item, kg", _MASS, "126"),
    _number("net_mass", "net mass of the item, kg", _MASS, "128"),
    _number("quantity", "tariff quantity in its unit", _MASS, "130"),
    _text("quantity_unit", "unit of the tariff quantity"),
    _number(
        "price_quantity", "what a price is compared by: the tariff quantity, else net kg", _MASS
    ),
    _number("packages", "packages of the item", wco_id="144"),
    _text("package_type", "first package type (UN Rec 21)", "141"),
    _flag("dangerous_goods", "the item declares dangerous goods", "declaration"),
    _number("document_count", "documents of the item and of the declaration"),
    _text("consignor", "identifier of the item's consignor, else of the declaration's", "R020"),
    _text("consignee", "identifier of the item's consignee, else of the declaration's", "R014"),
    _text("seller", "identifier of the item's seller, else of the declaration's"),
    _text("buyer", "identifier of the item's buyer, else of the declaration's"),
    _number("customs_value", "customs value, the pack's currency", _AMOUNT, source="valuation"),
    _number("statistical_value", "statistical value", _AMOUNT, source="valuation"),
    _number("duty_amount", "customs duty of the item", _AMOUNT, source="tariff"),
    _number("remedy_amount", "trade remedies of the item", _AMOUNT, source="tariff"),
    _number("excise_amount", "excise of the item", _AMOUNT, source="tariff"),
    _number("vat_amount", "value added tax of the item", _AMOUNT, source="tariff"),
    _number("total_taxes", "all charges of the item", _AMOUNT, source="tariff"),
)
HISTORY_COLUMNS = (
    _history("importer_declarations_365d", "declarations of the importer in the last year"),
    _history("importer_findings_365d", "confirmed findings on the importer in the last year"),
    _history("importer_first_seen_days", "days since the importer's first declaration"),
    _history("importer_value_365d", "customs value of the importer in the last year", _AMOUNT),
    _history("exporter_declarations_365d", "declarations of the exporter in the last year"),
    _history("exporter_findings_365d", "confirmed findings on the exporter in the last year"),
    _history("exporter_first_seen_days", "days since the exporter was first named"),
    _history("declarant_declarations_365d", "declarations of the declarant in the last year"),
    _history("declarant_findings_365d", "confirmed findings on the declarant in the last year"),
    _history("consignee_parcels_30d", "low-value parcels of the consignee in thirty days"),
    _history("buyer_value_year", "what the buyer has used of the yearly limit", _AMOUNT),
    _history("route_declarations_365d", "declarations on this route in the last year"),
    _history("origin_findings_rate", "share of controls with a finding, origin", PRICE_SCALE),
    _history("commodity_findings_rate", "share of controls with a finding, heading", PRICE_SCALE),
    _history("median_unit_price", "median unit price of goods like these", PRICE_SCALE),
    _history("mad_unit_price", "median absolute deviation of that price", PRICE_SCALE),
    _flag("importer_aeo_active", "the importer's AEO authorisation is in force"),
    _flag("exporter_aeo_active", "the exporter is an AEO that this country recognises"),
    _flag("route_new", "the importer has not used this route before"),
    _flag("commodity_new", "the importer has not declared this heading before"),
    _flag("exporter_new", "the importer has not bought from this exporter before"),
    _flag("importer_on_watchlist", "the importer is on a watchlist"),
    _flag("exporter_on_watchlist", "the exporter is on a watchlist"),
    _flag("consignee_on_watchlist", "the consignee is on a watchlist"),
    _flag("conveyance_on_watchlist", "the means of transport or a container is on a watchlist"),
    _flag("sanctions_match", "a party matches a sanctions list"),
    _flag("cargo_mismatch", "the cargo report tells a different story"),
    _flag("perishable", "the goods are perishable: examined first, in the same lane"),
)
COMPUTED_COLUMNS = (
    Column("unit_price", NUMBER, "customs value per tariff unit, per kg net where none is declared",
           formula="customs_value / price_quantity"),
    Column("value_per_kg", NUMBER, "customs value per kg net", formula="customs_value / net_mass"),
    Column("tare_share", NUMBER, "share of the gross mass that is not goods",
           formula="(gross_mass - net_mass) / gross_mass"),
    Column("tax_share", NUMBER, "charges as a share of the value",
           formula="total_taxes / customs_value"),
    Column("robust_z", NUMBER, "0.6745 x (unit price - median) / MAD: how odd the price is",
           formula="0.6745 * (customs_value / price_quantity - median_unit_price)"
                   " / mad_unit_price"),
)  # fmt: skip
SCHEMA = Schema(DECLARATION_COLUMNS + ITEM_COLUMNS + HISTORY_COLUMNS + COMPUTED_COLUMNS)
"""Every column that a condition may name."""

SELECTION_FEATURES = {
    "previous_lane": "lane of the version before an amendment: green, blue, yellow or red",
    "previous_channel": "channel that selected that version, as the channel's code",
    "red_score_cut": "score in thousandths below which a RED of the score falls to YELLOW",
    "draw_day": "day of the consignment's first lodging, whose secret keys the draw",
    "audit_planned": "the plan of audits after release names this trader",
    "model_points": "points that the model in force adds to the score, 0 to 100",
    "model_version": "number of that model",
    "model_item": "the item for which it adds them",
    "model_datum": "what of that item a trader should look at again: a word of ``TRADER_DATA``",
    "price_references": "which reference of prices each item was compared with, for officers alone",
    "cargo_differs": "what the cargo report says otherwise, for officers alone",
    "watch_entries": "entries of watchlists behind the flags, for officers alone",
}
"""Features that selection reads and that no condition may name (card C06)."""
