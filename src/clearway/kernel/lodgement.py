"""What the kernel reads of a declaration: flat, exact, with the trader's own values.

A message (XML, JSON, CSV, Parquet) is a tree; the kernel needs one row per declaration, one
per goods item and one per supporting document. ``messages`` makes these rows. A value that
is absent is ``None`` (text: empty string), never a default. Codes are as declared, unknown
ones included: telling that they are unknown is the kernel's work.

Scales (see ``clearway.vocabulary.money``): ``*_amount`` in thousandths of the currency,
masses and quantities in millionths of the unit, rates as exact fractions of the pack.
Dates are days since 1970-01-01; instants are seconds since 1970-01-01T00:00Z.

What is absent is left out where a lodgement is kept or sent; that is half of its size.

``POINTERS`` gives the WCO pointer of every field: ``{i}`` is the goods item's position
(1-based), ``{n}`` the position within the field's own list.
"""

from __future__ import annotations

import msgspec

from clearway.kernel.decisions import Finding


class Charge(msgspec.Struct, frozen=True, gc=False, omit_defaults=True):
    """A charge added to or deducted from the price (WCO ChargeDeduction 58B).

    ``type_code`` is the pack's code list ``charge_type``; the pack says what it adds or deducts.
    ``amount`` in thousandths of ``currency``.
    """

    type_code: str
    amount: int
    currency: str


class DocumentRow(msgspec.Struct, frozen=True, gc=False, omit_defaults=True):
    """A supporting document, licence, permit, certificate or other (AdditionalDocument 02A).

    ``item`` is the 1-based position of the goods item, 0 for the declaration's own documents.
    ``code`` is category and type together as the pack's code list has them, e.g. ``N935``.
    ``write_off_quantity`` in millionths of ``write_off_unit``.
    """

    item: int
    code: str
    reference: str = ""
    exemption_code: str = ""
    name: str = ""
    effective_date: int | None = None
    write_off_quantity: int | None = None
    write_off_unit: str = ""
    write_off_amount: int | None = None
    write_off_currency: str = ""


class PreviousDocumentRow(msgspec.Struct, frozen=True, gc=False, omit_defaults=True):
    """A previous document (99A): transport document, summary declaration, write-off target."""

    item: int
    category: str
    code: str
    reference: str
    line: int | None = None


class SuppliedTax(msgspec.Struct, frozen=True, gc=False, omit_defaults=True):
    """What the trader himself says about one tax of an item (DutyTaxFee 50A).

    ``base_quantity`` in millionths of ``base_unit``; amounts in thousandths of their currency.
    ``rate`` is the declared TaxRateNumeric, scaled by 10^8 as a percentage (2.7 % = 270000000).
    """

    type_code: str = ""
    payment_method: str = ""
    base_quantity: int | None = None
    base_unit: str = ""
    base_amount: int | None = None
    base_currency: str = ""
    rate: int | None = None
    assessed_amount: int | None = None
    assessed_currency: str = ""


class Party(msgspec.Struct, frozen=True, gc=False, omit_defaults=True):
    """One party: identifier as declared, name and address as far as given."""

    id: str = ""
    name: str = ""
    country: str = ""
    city: str = ""
    line: str = ""
    postcode: str = ""


class Item(msgspec.Struct, kw_only=True, gc=False, omit_defaults=True):
    """One goods item (GovernmentAgencyGoodsItem 68A), flat.

    ``commodity`` is the whole national code (CN and TARIC parts joined). ``procedure`` is the
    requested, ``previous_procedure`` the previous one. ``quantity`` is the tariff quantity in
    ``quantity_unit`` (UN/ECE Rec 20 or the pack's unit); supplied units of other taxes stand in
    ``taxes``. ``preference`` is the DutyRegimeCode (100 = none claimed; empty = not declared).
    ``preferential_origin`` is the Origin of type 2, ``origin`` that of type 1 or without type.
    ``quota_granted`` is no datum of the declarant: whoever keeps the balances of tariff quotas
    says by it that the quota claimed has enough for the item.
    """

    sequence: int | None = None
    commodity: str = ""
    description: str = ""
    additional_codes: tuple[str, ...] = ()
    origin: str = ""
    preferential_origin: str = ""
    procedure: str = ""
    previous_procedure: str = ""
    additional_procedures: tuple[str, ...] = ()
    preference: str = ""
    quota_order: str = ""
    item_amount: int | None = None
    item_currency: str = ""
    customs_value_amount: int | None = None
    customs_value_currency: str = ""
    statistical_amount: int | None = None
    statistical_currency: str = ""
    valuation_method: str = ""
    valuation_indicators: str = ""
    charges: tuple[Charge, ...] = ()
    gross_mass: int | None = None
    net_mass: int | None = None
    mass_units: tuple[str, ...] = ()
    quantity: int | None = None
    quantity_unit: str = ""
    packages: int | None = None
    package_types: tuple[str, ...] = ()
    package_counts: tuple[int, ...] = ()
    package_marks: tuple[str, ...] = ()
    containers: tuple[str, ...] = ()
    dangerous_goods: tuple[str, ...] = ()
    export_country: str = ""
    destination_country: str = ""
    transaction_nature: str = ""
    taxes: tuple[SuppliedTax, ...] = ()
    statements: tuple[tuple[str, str], ...] = ()
    consignee: Party | None = None
    consignor: Party | None = None
    seller: Party | None = None
    buyer: Party | None = None
    ucr: str = ""
    quota_granted: bool = False


class Lodgement(msgspec.Struct, kw_only=True, gc=False, omit_defaults=True):
    """One declaration (42A) as lodged, flat, with its items and documents.

    ``legal_date`` is the day whose law, rates and codes apply (the acceptance date, or the date
    that the pack names); ``None`` where the declaration does not say and nobody has set it.
    ``id`` is the MRN where one is assigned. ``direction`` is ``IM``, ``EX``, ``CO`` or another
    prefix of the type code; ``additional_type`` its third letter (A standard, D pre-lodged …).
    ``consignment_key`` keys the random draw: the first MRN of the consignment's fingerprint;
    empty means that the kernel uses ``id`` and failing that ``lrn``.
    ``features`` holds the parties' history computed beforehand, by the names of
    ``clearway.kernel.features``; a missing one is NULL for every profile.
    ``observed_on`` is the day on which the message arrived: the only day that may be compared
    with declared dates to call them "in the future".
    ``form_findings`` are what reading the message found wrong with its form (CLW1nnn): they
    join the kernel's own findings, so that one answer holds every error.
    """

    lrn: str = ""
    id: str = ""
    consignment_key: str = ""
    function_code: str = ""
    type_code: str = ""
    direction: str = ""
    additional_type: str = ""
    legal_date: int | None = None
    observed_on: int | None = None
    acceptance_text: str = ""
    acceptance_format: str = ""
    issue_text: str = ""
    issue_format: str = ""
    office: str = ""
    exit_office: str = ""
    presentation_office: str = ""
    supervising_office: str = ""
    item_count: int | None = None
    total_packages: int | None = None
    total_gross_mass: int | None = None
    invoice_amount: int | None = None
    invoice_currency: str = ""
    exchange_rates: tuple[tuple[str, str], ...] = ()
    declarant: Party | None = None
    agent: Party | None = None
    agent_status: str = ""
    importer: Party | None = None
    exporter: Party | None = None
    consignor: Party | None = None
    consignee: Party | None = None
    seller: Party | None = None
    buyer: Party | None = None
    carrier: Party | None = None
    aeo_parties: tuple[tuple[str, str], ...] = ()
    duty_tax_parties: tuple[tuple[str, str], ...] = ()
    authorisations: tuple[tuple[str, str], ...] = ()
    guarantees: tuple[tuple[str, str], ...] = ()
    border_mode: str = ""
    border_nationality: str = ""
    border_means_id: str = ""
    border_means_type: str = ""
    arrival_means_id: str = ""
    arrival_means_type: str = ""
    container_indicator: str = ""
    containers: tuple[str, ...] = ()
    seals: tuple[str, ...] = ()
    loading_location: str = ""
    goods_location: str = ""
    goods_location_country: str = ""
    export_country: str = ""
    destination_country: str = ""
    routing_countries: tuple[str, ...] = ()
    transaction_nature: str = ""
    incoterm: str = ""
    incoterm_place: str = ""
    freight_amount: int | None = None
    freight_currency: str = ""
    charges: tuple[Charge, ...] = ()
    warehouse: str = ""
    ucr: str = ""
    statements: tuple[tuple[str, str], ...] = ()
    items: tuple[Item, ...] = ()
    documents: tuple[DocumentRow, ...] = ()
    previous_documents: tuple[PreviousDocumentRow, ...] = ()
    features: dict[str, int | str | bool | None] = {}
    low_value_regime: str = ""
    form_findings: tuple[Finding, ...] = ()
