"""Every field of the form: where its datum stands, how it is typed, and on which page.

Label and hint are the words ``field_<word>`` and ``hint_<word>``.
"""

from __future__ import annotations

from collections.abc import Container, Iterator
from typing import Final, NamedTuple

from clearway.audit import clock
from clearway.reference.in_force import reference_at
from clearway.web.lodging import tree as trees
from clearway.web.lodging.tree import ITEMS, Tree

EXPORT, IMPORT = "EX", "IM"
_ADVANCE, _SUPPLEMENTARY = "DEF", "XYZ"
_INSURANCE: Final = "insurance"
"""Stands in a path for the charge code to which the country's pack gives this role."""


class Field(NamedTuple):
    """One datum that is typed.

    ``path`` is as ``tree`` takes it; one that begins with ``@`` is a datum of ``special``, whose
    ``pointer`` is named. ``kind`` is text, lines, number, whole, date, code (suggested), choice
    or commodity. ``codes`` names its list of codes. ``beside`` are data set together with it, as
    the unit of a mass. ``only`` narrows it to a direction, to supplementary declarations, or to
    countries whose pack knows such a charge.
    """

    name: str
    path: str
    kind: str = "text"
    codes: str = ""
    word: str = ""
    beside: tuple[tuple[str, str], ...] = ()
    only: str = ""
    pointer: str = ""
    stands: bool = False
    """It names the declaration and cannot be amended."""


class Group(NamedTuple):
    """Fields that stand together under a heading; ``more`` are shown when asked for."""

    title: str
    fields: tuple[Field, ...]
    more: bool = False
    row: int = 0


class Bound(NamedTuple):
    """A field at its place in a draft: ``name`` is its own in the whole form, ``path`` whole.

    ``group`` is the key of the heading under which it stands.
    """

    field: Field
    name: str
    path: str
    item: int = 0
    group: str = ""

    @property
    def id(self) -> str:
        """The id of its input."""
        return f"f-{self.name}"


def _party(name: str, path: str, *, more: bool = False) -> Group:
    address = f"{path}/Address"
    parts = (
        ("id", f"{path}/ID", "text", ""),
        ("name", f"{path}/Name", "text", ""),
        ("line", f"{address}/Line", "text", ""),
        ("city", f"{address}/CityName", "text", ""),
        ("postcode", f"{address}/PostcodeID", "text", ""),
        ("country", f"{address}/CountryCode", "code", "country"),
    )
    fields = tuple(
        Field(f"{name}-{part}", where, kind, codes, f"party_{part}",
              stands=name == "declarant" and part == "id")
        for part, where, kind, codes in parts
    )  # fmt: skip
    return Group(f"party_{name}", fields, more)


def _amount(name: str, path: str) -> tuple[Field, Field]:
    return (
        Field(name, f"{path}/value", "number"),
        Field(f"{name}-currency", f"{path}/currencyID", "code", "currency", "currency"),
    )


_KGM = "KGM"
_SHIPMENT = "GoodsShipment"
LRN: Final = Field("lrn", "FunctionalReferenceID", stands=True)
TYPE: Final = Field("type", "TypeCode", "choice", "type", stands=True)
DOCUMENT: Final = (
    Field("document-type", "@document_type", "choice", "transport_document",
          pointer="previous_documents.code"),
    Field("document", "@document", pointer="previous_documents.reference"),
)  # fmt: skip
INVOICE: Final = Field("invoice", "@invoice", pointer="documents.reference")
INVOICE_AMOUNT: Final = _amount("invoice-amount", "InvoiceAmount")
PACKAGES: Final = Field("total-packages", "TotalPackageQuantity/value", "whole")
MASS: Final = Field("total-mass", "TotalGrossMassMeasure/value", "number",
                    beside=(("TotalGrossMassMeasure/unitCode", _KGM),))  # fmt: skip

CONTAINERS: Final = Field("containers", "@containers", "lines", pointer="containers")
UCR: Final = Field("ucr", f"{_SHIPMENT}/UCR/TraderAssignedReferenceID")
COMPLETES: Final = Field(
    "completes", f"{_SHIPMENT}/PreviousDocument[CategoryCode=Y]/ID",
    beside=((f"{_SHIPMENT}/PreviousDocument[CategoryCode=Y]/TypeCode", "MRN"),),
    only=_SUPPLEMENTARY, stands=True,
)  # fmt: skip

PARTIES: Final = (
    Group("lodge_group_about", (LRN, TYPE)),
    _party("declarant", "Declarant"),
    Group("party_agent", (
        Field("agent-id", "Agent/ID", word="party_id"),
        Field("agent-name", "Agent/Name", word="party_name"),
        Field("agent-status", "Agent/FunctionCode", "choice", "agent_status"),
    ), more=True),
    _party("importer", f"{_SHIPMENT}/Importer"),
    _party("exporter", "Exporter"),
    _party("seller", f"{_SHIPMENT}/Seller", more=True),
    _party("buyer", f"{_SHIPMENT}/Buyer", more=True),
    _party("consignee", f"{_SHIPMENT}/Consignee", more=True),
)  # fmt: skip
TRANSPORT: Final = (
    Group("lodge_group_where", (
        Field("office", "DeclarationOfficeID", "choice", "office"),
        Field("exit-office", "ExitOffice/ID", "choice", "exit_office", only=EXPORT),
        Field("location", f"{_SHIPMENT}/Consignment/GoodsLocation/ID"),
        Field("export-country", f"{_SHIPMENT}/ExportCountry/ID", "code", "country"),
        Field("destination", f"{_SHIPMENT}/Destination/CountryCode", "code", "country"),
    )),
    Group("lodge_group_means", (
        Field("mode", "BorderTransportMeans/ModeCode", "choice", "mode"),
        Field("means-type", "BorderTransportMeans/IdentificationTypeCode", "choice",
              "transport_means_type"),
        Field("means", "BorderTransportMeans/ID"),
        Field("nationality", "BorderTransportMeans/RegistrationNationalityCode", "code",
              "country"),
        Field("arrival-type",
              f"{_SHIPMENT}/Consignment/ArrivalTransportMeans/IdentificationTypeCode", "choice",
              "transport_means_type", "means_type", only=IMPORT),
        Field("arrival", f"{_SHIPMENT}/Consignment/ArrivalTransportMeans/ID", only=IMPORT),
    )),
    Group("lodge_group_cargo", (
        *DOCUMENT,
        COMPLETES,
        Field("containerised", f"{_SHIPMENT}/Consignment/ContainerCode", "choice", "presence"),
        CONTAINERS,
        PACKAGES, MASS,
        UCR,
    )),
)  # fmt: skip


def _documents(path: str, row: int) -> Group:
    return Group("lodge_group_papers", (
        Field(f"papers-{row}-code", f"{path}AdditionalDocument[{row}]@code", "code", "document",
              "paper_code"),
        Field(f"papers-{row}", f"{path}AdditionalDocument[{row}]/ID", word="paper"),
    ), row=row)  # fmt: skip


DOCUMENTS: Final = (
    Group("lodge_group_invoice", (
        INVOICE, *INVOICE_AMOUNT,
        Field("invoice-date", f"{_SHIPMENT}/Invoice/IssueDateTime", "date"),
        Field("incoterm", f"{_SHIPMENT}/TradeTerms/ConditionCode", "choice", "incoterm"),
        Field("incoterm-place", f"{_SHIPMENT}/TradeTerms/LocationName"),
        Field("nature", f"{_SHIPMENT}/TransactionNatureCode", "choice", "transaction_nature"),
    )),
    Group("lodge_group_costs", (
        *_amount("freight", f"{_SHIPMENT}/CustomsValuation/FreightChargeAmount"),
        *(one._replace(only=_INSURANCE) for one in _amount(
            "insurance", f"{_SHIPMENT}/CustomsValuation/ChargeDeduction"
            f"[ChargesTypeCode={_INSURANCE}]/OtherChargeDeductionAmount")),
    ), more=True),
    Group("lodge_group_authorisation", (
        Field("authorisation-type", "AuthorisationHolder[1]/CategoryCode", "choice",
              "authorisation"),
        Field("authorisation", "AuthorisationHolder[1]/ID"),
    ), more=True),
)  # fmt: skip

AMOUNT: Final = _amount("amount", "Commodity/InvoiceLine/ItemChargeAmount")
_MEASURE = "Commodity/GoodsMeasure"
GROSS: Final = Field("gross", f"{_MEASURE}/GrossMassMeasure/value", "number",
                     beside=((f"{_MEASURE}/GrossMassMeasure/unitCode", _KGM),))  # fmt: skip
NET: Final = Field("net", f"{_MEASURE}/NetNetWeightMeasure/value", "number",
                   beside=((f"{_MEASURE}/NetNetWeightMeasure/unitCode", _KGM),))  # fmt: skip
PACKAGE_COUNT: Final = Field("packages", "Packaging[1]/QuantityQuantity/value", "whole")
ITEM: Final = (
    Group("lodge_group_goods", (
        Field("description", "Commodity/Description", "lines"),
        Field("commodity", "@commodity", "commodity", pointer="items.commodity"),
        Field("origin", "Origin[TypeCode!=2]/CountryCode", "code", "country"),
        Field("procedure", "GovernmentProcedure[1]/CurrentCode", "choice", "procedure"),
        Field("previous", "GovernmentProcedure[1]/PreviousCode", "choice", "previous_procedure"),
        Field("additional", "GovernmentProcedure[2]/CurrentCode", "code", "additional_procedure"),
    )),
    Group("lodge_group_price", (*AMOUNT,
        Field("method", "CustomsValuation/MethodCode", "choice", "method"),
    )),
    Group("lodge_group_measures", (
        GROSS, NET,
        Field("quantity", f"{_MEASURE}/TariffQuantity/value", "number"),
        Field("unit", f"{_MEASURE}/TariffQuantity/unitCode", "code", "unit"),
        Field("package-type", "Packaging[1]/TypeCode", "code", "package"),
        PACKAGE_COUNT,
        Field("marks", "Packaging[1]/MarksNumbersID"),
    )),
    Group("lodge_group_relief", (
        Field("preference", "Commodity/DutyTaxFee[1]/DutyRegimeCode", "choice", "preference"),
        Field("preferential-origin", "Origin[TypeCode=2]/CountryCode", "code", "country"),
        Field("quota", "Commodity/DutyTaxFee[1]/QuotaOrderID"),
        Field("item-ucr", "UCR/TraderAssignedReferenceID", word="ucr"),
    ), more=True),
)  # fmt: skip
STEPS: Final = ("parties", "transport", "items", "documents", "check")
PAGES: Final = {"parties": PARTIES, "transport": TRANSPORT, "documents": DOCUMENTS}


def groups(page: str, tree: Tree, item: int = 0) -> list[tuple[Group, list[Bound]]]:
    """Return the fields of a page as they stand for a draft, with a row more than are filled."""
    listed = list(ITEM if item else PAGES.get(page, ()))
    if item or page == "documents":
        held = trees.items(tree)[item - 1] if item else tree
        rows = len(held.get("AdditionalDocument", ()))
        listed += [_documents("", row) for row in range(1, rows + 2)]
    return [
        (
            group,
            [bound(field, item, group.title) for field in group.fields if _concerns(field, tree)],
        )
        for group in listed
    ]


def bound(field: Field, item: int = 0, group: str = "") -> Bound:
    """Return a field at its place."""
    path = field.path
    if field.only == _INSURANCE:
        path = path.replace(f"={_INSURANCE}]", f"={charge_code(_INSURANCE)}]")
    if not item:
        return Bound(field, field.name, path, 0, group)
    return Bound(field, f"items-{item}-{field.name}", f"{ITEMS}[{item}]/{path}", item, group)


def charge_code(role: str) -> str:
    """Return the first charge code that has a role in the pack in force; empty where none has."""
    roles = reference_at(clock.now()).valuation.charge_roles
    return next((code for code, does in sorted(roles.items()) if does == role), "")


def of_page(page: str, tree: Tree, item: int = 0) -> list[Bound]:
    """Return every field of a page."""
    return [one for _, fields in groups(page, tree, item) for one in fields]


def everywhere(tree: Tree) -> Iterator[tuple[str, Bound]]:
    """Yield every field of a draft with its page."""
    for page in PAGES:
        for one in of_page(page, tree):
            yield page, one
    for item in range(1, len(trees.items(tree)) + 1):
        for one in of_page("items", tree, item):
            yield "items", one


MOST_ITEMS: Final = 999
"""Of a declaration, by its schema."""
MOST_QUICK: Final = 5
"""Goods items whose figures stand on the last page of a copy; of more, each has its own page."""


def quick(tree: Tree, asked: Container[str] = ()) -> list[tuple[Group, list[Bound]]]:
    """Return what changes from one consignment of a known kind to the next.

    ``asked`` are the names of fields that are shown though the draft holds nothing for them.
    """
    # What names a consignment changes with it, where there is any.
    named = [one for one in (CONTAINERS, UCR) if one.name in asked or _is_there(tree, one)]
    named += [COMPLETES] if _concerns(COMPLETES, tree) else []
    usual = (LRN, *DOCUMENT, *named, INVOICE, *INVOICE_AMOUNT, PACKAGES, MASS)
    header = Group("lodge_group_quick", usual)
    found = [(header, [bound(field) for field in header.fields])]
    number = len(trees.items(tree))
    for item in range(1, number + 1 if number <= MOST_QUICK else 1):
        group = Group("lodge_item_number", (*AMOUNT, GROSS, NET, PACKAGE_COUNT), row=item)
        listed = [bound(field, item) for field in group.fields]
        listed += [one for one in papers(tree, item) if one.name in asked]
        found.append((group, listed))
    return found


def papers(tree: Tree, item: int) -> list[Bound]:
    """Return the numbers of the documents of a goods item, in their order."""
    rows = len(trees.items(tree)[item - 1].get("AdditionalDocument", ()))
    return [bound(_documents("", row).fields[1], item) for row in range(1, rows + 1)]


def _is_there(tree: Tree, field: Field) -> bool:
    if field is CONTAINERS:
        return bool(tree.get(_SHIPMENT, {}).get("Consignment", {}).get("TransportEquipment"))
    return bool(trees.read(tree, field.path))


def _concerns(field: Field, tree: Tree) -> bool:
    code = str(tree.get("TypeCode", ""))
    if field.only == _INSURANCE:
        return bool(charge_code(_INSURANCE))
    if field.only == _SUPPLEMENTARY:
        return code[2:3] in set(_SUPPLEMENTARY)
    return not field.only or code.startswith(field.only)
