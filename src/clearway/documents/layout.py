"""What stands where on each kind of document: named facts, then tables, then notes.

A field of the content is written by its *form*: ``code`` (as it is, left to right), ``text``,
``word:<prefix>`` (a code's word in the reader's language), ``day``, ``instant``, ``money``,
``kilograms``, ``quantity`` (with the line's own unit), ``count``, ``party``, ``codes`` (several)
or ``yes``.
"""

from __future__ import annotations

from typing import Final, NamedTuple


class Fact(NamedTuple):
    """One named datum; left out where it is absent."""

    name: str
    form: str = "text"


class Column(NamedTuple):
    """A column of a table; ``wide`` shares the room that the others leave."""

    name: str
    form: str = "text"
    wide: bool = False


class Table(NamedTuple):
    """The rows of a list in the content.

    ``total`` names, by column, the datum of the content that stands below it (``totals.value``).
    """

    rows: str
    columns: tuple[Column, ...]
    total: tuple[tuple[str, str], ...] = ()


class Layout(NamedTuple):
    """A document: ``headline`` is the one datum that is printed large."""

    facts: tuple[Fact, ...]
    tables: tuple[Table, ...] = ()
    notes: tuple[str, ...] = ()
    headline: Fact | None = None


_GOODS: Final = Table(
    "goods",
    (
        Column("item", "count"),
        Column("commodity", "code"),
        Column("description", wide=True),
        Column("origin", "code"),
        Column("packages", "count"),
        Column("gross_mass", "kilograms"),
        Column("net_mass", "kilograms"),
        Column("quantity", "quantity"),
        Column("value", "money"),
    ),
    tuple((name, f"totals.{name}") for name in ("packages", "gross_mass", "net_mass", "value")),
)

LAYOUTS: Final[dict[str, Layout]] = {
    "declaration_print": Layout(
        (
            Fact("mrn", "code"),
            Fact("lrn", "code"),
            Fact("version", "count"),
            Fact("kind", "word:kind"),
            Fact("direction", "word:direction"),
            Fact("declarant", "party"),
            Fact("importer", "party"),
            Fact("exporter", "party"),
            Fact("transport_document", "code"),
            Fact("means", "code"),
            Fact("containers", "codes"),
            Fact("export_country", "code"),
            Fact("destination_country", "code"),
            Fact("incoterm", "code"),
            Fact("invoice_amount", "code"),
            Fact("received_at", "instant"),
            Fact("accepted_at", "instant"),
            Fact("legal_date", "day"),
        ),
        (_GOODS,),
        headline=Fact("payable", "money"),
    ),
    "tax_notice": Layout(
        (
            Fact("mrn", "code"),
            Fact("version", "count"),
            Fact("notice", "code"),
            Fact("payer", "party"),
            Fact("assessed_at", "instant"),
            Fact("value", "money"),
            Fact("due", "day"),
        ),
        (
            Table(
                "lines",
                (
                    Column("item", "count"),
                    Column("commodity", "code"),
                    Column("quantity", "quantity"),
                    Column("tax_name", "tax", wide=True),
                    Column("base", "base"),
                    Column("rate", "code"),
                    Column("legal_basis", wide=True),
                    Column("payable", "money"),
                ),
                (("payable", "payable"),),
            ),
            Table(
                "by_tax",
                (Column("tax", "code"), Column("tax_name", wide=True), Column("payable", "money")),
                (("payable", "payable"),),
            ),
        ),
        headline=Fact("payable", "money"),
    ),
    "receipt": Layout(
        (
            Fact("payment", "code"),
            Fact("payer", "party"),
            Fact("mrn", "code"),
            Fact("paid_at", "instant"),
            Fact("method", "word:method"),
            Fact("bank_reference", "code"),
        ),
        (
            Table(
                "settled",
                (Column("reference", "code", wide=True), Column("amount", "money")),
                (("amount", "total"),),
            ),
        ),
        headline=Fact("total", "money"),
    ),
    "release_note": Layout(
        (
            Fact("mrn", "code"),
            Fact("version", "count"),
            Fact("direction", "word:direction"),
            Fact("released_at", "instant"),
            Fact("payable", "money"),
            Fact("declarant", "party"),
            Fact("consignee", "party"),
            Fact("transport_document", "code"),
            Fact("means", "code"),
            Fact("containers", "codes"),
        ),
        (_GOODS,),
    ),
    "permit": Layout(
        (
            Fact("permit", "code"),
            Fact("type", "code"),
            Fact("type_name"),
            Fact("holder", "party"),
            Fact("direction", "word:direction"),
            Fact("granted_at", "instant"),
            Fact("valid_from", "day"),
            Fact("valid_to", "day"),
            Fact("legal_basis"),
        ),
        (
            Table(
                "lines",
                (
                    Column("line", "count"),
                    Column("commodity", "code"),
                    Column("description", wide=True),
                    Column("origin", "code"),
                    Column("quantity", "quantity"),
                    Column("value", "money"),
                ),
            ),
        ),
        ("conditions",),
    ),
    "inspection_report": Layout(
        (
            Fact("order", "code"),
            Fact("mrn", "code"),
            Fact("unit", "code"),
            Fact("agencies", "codes"),
            Fact("place"),
            Fact("opened_at", "instant"),
            Fact("closed_at", "instant"),
            Fact("outcome", "word:outcome"),
            Fact("outcome_name"),
            Fact("seals_broken", "codes"),
            Fact("seals_set", "codes"),
            Fact("samples", "codes"),
        ),
        (
            Table(
                "findings",
                (
                    Column("item", "count"),
                    Column("code", "word:finding"),
                    Column("text", wide=True),
                    Column("declared", wide=True),
                    Column("found", wide=True),
                ),
            ),
        ),
        ("remarks",),
    ),
    "delivery_order": Layout(
        (
            Fact("order", "code"),
            Fact("unit_kind", "word:unit_kind"),
            Fact("plate", "code"),
            Fact("transport_document", "code"),
            Fact("declarations", "codes"),
            Fact("terminal", "party"),
            Fact("holder", "party"),
            Fact("consignee", "party"),
            Fact("valid_from", "instant"),
            Fact("valid_to", "instant"),
        ),
        (
            Table(
                "goods",
                (
                    Column("line", "count"),
                    Column("description", wide=True),
                    Column("marks"),
                    Column("packages", "count"),
                    Column("gross_mass", "kilograms"),
                ),
                (("packages", "packages"),),
            ),
        ),
        ("conditions",),
        headline=Fact("unit", "code"),
    ),
    "interchange_receipt": Layout(
        (
            Fact("receipt", "code"),
            Fact("movement", "word:movement"),
            Fact("unit_kind", "word:unit_kind"),
            Fact("size_type", "code"),
            Fact("full", "yes"),
            Fact("tare_mass", "kilograms"),
            Fact("gross_mass", "kilograms"),
            Fact("seals", "codes"),
            Fact("plate", "code"),
            Fact("gate"),
            Fact("terminal", "party"),
            Fact("other", "party"),
            Fact("at", "instant"),
            Fact("token", "code"),
        ),
        (
            Table(
                "conditions",
                (Column("by"), Column("code", "code"), Column("text", wide=True)),
            ),
        ),
        headline=Fact("unit", "code"),
    ),
}
"""Of every kind."""
