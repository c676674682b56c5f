"""What each kind of document says: structured data, the same in every language.

Amounts are whole minor units of the document's ``currency``, whose decimals ``exponent`` tells;
masses and quantities are millionths of their unit; days are ``2026-03-01``, instants
``2026-03-01T08:15:00Z``. Codes are as in the record; names of codes are as the pack gives them.
A text that must be there is never empty: a document with a hole in it is not issued.
"""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta, Struct

LARGEST = 2**53 - 1
"""The largest whole number of canonical JSON (RFC 8785)."""

Text = Annotated[str, Meta(min_length=1, max_length=4096)]
Free = Annotated[str, Meta(max_length=4096)]
"""A text that may be absent."""
Day = Annotated[str, Meta(pattern=r"^\d{4}-\d{2}-\d{2}\Z")]
Moment = Annotated[str, Meta(pattern=r"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z\Z")]
Whole = Annotated[int, Meta(ge=-LARGEST, le=LARGEST)]
Count = Annotated[int, Meta(ge=0, le=LARGEST)]
Exponent = Annotated[int, Meta(ge=0, le=6)]
Currency = Annotated[str, Meta(pattern=r"^[A-Z]{3}\Z")]


class Content(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What all kinds have in common: who issues it, and where his clocks stand.

    ``time_zone`` is an IANA name: instants are printed in it.
    """

    country: Text
    authority: Text
    office: Free = ""
    office_name: Free = ""
    time_zone: Text


class Party(Struct, frozen=True, forbid_unknown_fields=True):
    """A party: its identifier, and its name where it is known."""

    identifier: Text
    name: Free = ""
    address: Free = ""


class Goods(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A goods item of the record."""

    item: Count
    commodity: Text
    description: Text
    origin: Free = ""
    procedure: Free = ""
    packages: Count | None = None
    gross_mass: Count | None = None
    net_mass: Count | None = None
    quantity: Count | None = None
    unit: Free = ""
    value: Whole | None = None


class Totals(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The sums over the goods items of a document; absent where an item's figure is."""

    items: Count
    packages: Count | None = None
    gross_mass: Count | None = None
    net_mass: Count | None = None
    value: Whole | None = None


class DeclarationPrint(Content, frozen=True, kw_only=True):
    """A goods declaration as it stands: WCO 42A on paper."""

    mrn: Text
    lrn: Text
    version: Count
    kind: Text
    direction: Text
    declarant: Party
    importer: Party | None = None
    exporter: Party | None = None
    transport_document: Free = ""
    means: Free = ""
    containers: tuple[Text, ...] = ()
    export_country: Free = ""
    destination_country: Free = ""
    incoterm: Free = ""
    invoice_amount: Free = ""
    legal_date: Day | None = None
    received_at: Moment
    accepted_at: Moment | None = None
    currency: Currency
    exponent: Exponent
    goods: Annotated[tuple[Goods, ...], Meta(min_length=1)]
    totals: Totals
    payable: Whole | None = None


class TaxLine(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One charge on one goods item. ``base`` is an amount, or a quantity as text in ``base_text``.

    ``quantity`` repeats the item's own, so that the notice is checked against the goods.
    """

    item: Count
    commodity: Text
    quantity: Count | None = None
    unit: Free = ""
    tax: Text
    tax_name: Free = ""
    base: Whole | None = None
    base_text: Free = ""
    rate: Free = ""
    amount: Whole | None = None
    payable: Whole
    legal_basis: Free = ""


class TaxTotal(Struct, frozen=True, forbid_unknown_fields=True):
    """What is payable of one tax."""

    tax: Text
    tax_name: Free
    payable: Whole


class TaxNotice(Content, frozen=True, kw_only=True):
    """What is owed on a declaration and why: notification 13 on paper."""

    mrn: Text
    version: Count
    notice: Free = ""
    payer: Party
    assessed_at: Moment
    due: Day | None = None
    currency: Currency
    exponent: Exponent
    lines: Annotated[tuple[TaxLine, ...], Meta(min_length=1)]
    by_tax: Annotated[tuple[TaxTotal, ...], Meta(min_length=1)]
    value: Whole | None = None
    payable: Whole


class Settled(Struct, frozen=True, forbid_unknown_fields=True):
    """What a payment went to."""

    reference: Text
    amount: Whole


class Receipt(Content, frozen=True, kw_only=True):
    """That money was received, from whom, when, how, and what it settled."""

    payment: Text
    payer: Party
    mrn: Free = ""
    paid_at: Moment
    method: Text
    bank_reference: Free = ""
    currency: Currency
    exponent: Exponent
    settled: Annotated[tuple[Settled, ...], Meta(min_length=1)]
    total: Whole


class ReleaseNote(Content, frozen=True, kw_only=True):
    """That goods are released: what may leave."""

    mrn: Text
    version: Count
    direction: Text
    declarant: Party
    consignee: Party | None = None
    transport_document: Free = ""
    means: Free = ""
    containers: tuple[Text, ...] = ()
    released_at: Moment
    currency: Currency
    exponent: Exponent
    goods: Annotated[tuple[Goods, ...], Meta(min_length=1)]
    totals: Totals
    payable: Whole | None = None


class PermitLine(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a permit allows of one commodity; ``quantity`` in millionths of ``unit``."""

    line: Count
    commodity: Text
    description: Free = ""
    origin: Free = ""
    quantity: Count | None = None
    unit: Free = ""
    value: Whole | None = None


class Permit(Content, frozen=True, kw_only=True):
    """A licence, permit or certificate of an agency."""

    permit: Text
    type: Text
    type_name: Free = ""
    holder: Party
    direction: Free = ""
    granted_at: Moment
    valid_from: Day
    valid_to: Day
    legal_basis: Free = ""
    conditions: Free = ""
    currency: Currency
    exponent: Exponent
    lines: Annotated[tuple[PermitLine, ...], Meta(min_length=1)]


class InspectionFinding(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What was found on one goods item, or on the whole where ``item`` is 0."""

    item: Count = 0
    code: Text
    text: Free = ""
    declared: Free = ""
    found: Free = ""


class InspectionReport(Content, frozen=True, kw_only=True):
    """What an inspection opened, who took part, and what was found."""

    order: Text
    mrn: Text
    agencies: Annotated[tuple[Text, ...], Meta(min_length=1)]
    unit: Free = ""
    place: Free = ""
    opened_at: Moment | None = None
    closed_at: Moment
    outcome: Text
    outcome_name: Free = ""
    findings: tuple[InspectionFinding, ...] = ()
    seals_broken: tuple[Text, ...] = ()
    seals_set: tuple[Text, ...] = ()
    samples: tuple[Text, ...] = ()
    remarks: Free = ""


class Packages(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Packages of one mark that may leave."""

    line: Count
    description: Text
    marks: Free = ""
    packages: Count
    gross_mass: Count | None = None


class DeliveryOrder(Content, frozen=True, kw_only=True):
    """That whoever holds it may fetch a unit: the paper beside the gate's signed token."""

    order: Text
    unit_kind: Text
    unit: Text
    plate: Free = ""
    transport_document: Free = ""
    declarations: tuple[Text, ...] = ()
    terminal: Party
    holder: Party
    consignee: Party | None = None
    valid_from: Moment
    valid_to: Moment
    goods: tuple[Packages, ...] = ()
    packages: Count | None = None
    conditions: Free = ""


class Condition(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What one party states of a unit's condition; both statements are kept where they differ."""

    by: Text
    code: Text
    text: Free = ""


class InterchangeReceipt(Content, frozen=True, kw_only=True):
    """That a unit changed hands at a gate: when, in which condition, under which seals."""

    receipt: Text
    movement: Text
    unit_kind: Text
    unit: Text
    size_type: Free = ""
    plate: Free = ""
    gate: Free = ""
    terminal: Party
    other: Party
    at: Moment
    gross_mass: Count | None = None
    tare_mass: Count | None = None
    full: bool | None = None
    seals: tuple[Text, ...] = ()
    conditions: tuple[Condition, ...] = ()
    token: Free = ""
