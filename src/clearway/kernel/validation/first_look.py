"""The first look at a declaration that is most likely clean: one walk that collects its signs.

Each test is put as what is in order, since most data are. What it lets pass no rule would find;
what it stops at, the rules of that sign look at (see ``signs``).
"""

from __future__ import annotations

import unicodedata

from clearway.kernel.lodgement import Item, Lodgement, Party
from clearway.kernel.validation.case import Case
from clearway.kernel.validation.numbers import (
    COUNTED_UNITS,
    MOST_AMOUNT,
    MOST_PACKAGES,
    MOST_QUANTITY,
    WHOLE,
)
from clearway.kernel.validation.proofs import FLIGHT, party_fault
from clearway.kernel.validation.signs import (
    ALIKE,
    AMOUNT_SUM,
    AMOUNTS,
    COMMODITY,
    CONTAINERS,
    COUNTRIES,
    COUNTS,
    DANGEROUS,
    DATES,
    DESCRIPTION,
    DOCUMENTS,
    FORMULA,
    HOLDERS,
    INCOMPLETE,
    LENGTH,
    MASS_SUM,
    MASSES,
    MEANS,
    MISFIT,
    NUMBERS_OF_ITS_OWN,
    PACKAGE_SUM,
    PARTIES,
    PREFERENCE,
    PREVIOUS,
    PROCEDURES,
    RATES,
    REQUIREMENTS,
    STRANGE,
    TERM,
    UNITS,
)
from clearway.kernel.validation.stop_list import FIRST_WORD
from clearway.vocabulary.code_lists import WATERWAY_INCOTERMS
from clearway.vocabulary.dates import Moment
from clearway.vocabulary.identifiers import check_air_waybill, check_container, check_ship


def signs_of(case: Case) -> int:
    """Return the signs that a declaration gives, joined by ``|``."""
    lodgement = case.lodgement
    signs = MISFIT if case.unfit else 0
    signs |= _written(case) | _head(case) | _means(case) | _parties(case) | _amounts(case)
    for i, item in enumerate(lodgement.items, 1):
        signs |= _item(case, i, item)
    signs |= _sums(case, signs)
    if lodgement.documents:
        signs |= _documents(case)
    if lodgement.previous_documents:
        signs |= PREVIOUS if _previous(case) else 0
    if lodgement.aeo_parties or lodgement.duty_tax_parties or lodgement.authorisations:
        signs |= HOLDERS
    return signs | RATES if lodgement.exchange_rates else signs


def _written(case: Case) -> int:
    """Texts and identifiers, each looked at once, joined."""
    text = case.all_texts
    signs = 0
    if not case.plain and (
        case.strange or not case.plain_identifiers or not unicodedata.is_normalized("NFC", text)
    ):
        signs = STRANGE
    # Every text follows a bar. Tabs and line ends, which a sheet passes over, cannot be printed.
    if not case.printable or (
        "|=" in text or "|@" in text or "|+" in text or "|-" in text or "| " in text
    ):
        signs |= FORMULA
    for bucket, joined, most in zip(case.strings, case.joined, case.law.longest, strict=True):
        if len(joined) > most and max(map(len, bucket)) > most:
            return signs | LENGTH
    return signs


def _head(case: Case) -> int:
    """What stands once in a declaration: dates, references, parties named, count, term."""
    lodgement = case.lodgement
    signs = 0
    if not _dates_in_order(case):
        signs = DATES
    if not (lodgement.lrn and lodgement.type_code and _persons_named(case)):
        signs |= INCOMPLETE
    if lodgement.id or lodgement.ucr:
        signs |= NUMBERS_OF_ITS_OWN
    counted = len(lodgement.items)
    declared = counted if lodgement.item_count is None else lodgement.item_count
    if not 0 < counted <= case.limits.max_items or declared != counted:
        signs |= COUNTS
    term = lodgement.incoterm
    if term and not lodgement.incoterm_place.strip():
        signs |= TERM
    if term in WATERWAY_INCOTERMS and lodgement.border_mode not in {"", "1"}:
        signs |= TERM
    if term in case.law.without_freight and not lodgement.freight_amount:
        signs |= TERM
    return signs | _countries(case, lodgement)


def _dates_in_order(case: Case) -> bool:
    """Whether there is a day, and every date can be read and none comes too late."""
    if case.number is None:
        return False
    observed = case.lodgement.observed_on
    latest = case.lodgement.legal_date
    days = []
    for _, _, moment in case.dates:
        if not isinstance(moment, Moment):
            return False
        days.append(moment.day)
        if observed is not None and moment.day > observed:
            return False
    if observed is not None and latest is not None and latest > observed:
        return False
    # The dates come as accepted, issued.
    return len(days) < 2 or days[1] <= days[0]


def _persons_named(case: Case) -> bool:
    lodgement = case.lodgement
    if lodgement.agent is not None and not lodgement.agent_status:
        return False
    return (
        _named(lodgement.declarant)
        and (not case.imports or _named(lodgement.importer))
        and (not case.exports or _named(lodgement.exporter))
    )


def _named(party: Party | None) -> bool:
    return party is not None and bool(party.id or party.name)


def _countries(case: Case, row: Lodgement | Item) -> int:
    """Imports come from abroad to here, exports go from here abroad."""
    home, sent, destined = case.limits.home, row.export_country, row.destination_country
    if case.imports and ((sent and sent in home) or (destined and destined not in home)):
        return COUNTRIES
    if case.exports and ((sent and sent not in home) or (destined and destined in home)):
        return COUNTRIES
    return 0


def _means(case: Case) -> int:
    """Means of transport, containers and seals."""
    lodgement, limits = case.lodgement, case.limits
    signs = 0
    kind = lodgement.border_means_type
    if kind and kind[0] != lodgement.border_mode:
        signs = MEANS
    for kind, number in (
        (lodgement.border_means_type, lodgement.border_means_id),
        (lodgement.arrival_means_type, lodgement.arrival_means_id),
    ):
        if (number and kind == limits.ship_means and check_ship(number)) or (
            number and kind == limits.flight_means and not FLIGHT.match(number)
        ):
            signs |= MEANS
    containers, seals = lodgement.containers, lodgement.seals
    if containers:
        if (
            lodgement.container_indicator == "0"
            or (len(containers) > 1 and len(set(containers)) < len(containers))
            or any(map(check_container, containers))
        ):
            signs |= CONTAINERS
    elif seals or lodgement.container_indicator == "1":
        signs |= CONTAINERS
    if len(seals) > 1 and len(set(seals)) < len(seals):
        signs |= CONTAINERS
    return signs


def _parties(case: Case) -> int:
    """Identifiers of a right form, each under one name."""
    home, judged = case.limits.home, case.limits.party_scheme != "none"
    names: dict[str, str] = {}
    for _, _, party in case.parties:
        number, name = party.id, party.name
        if number:
            if judged and party_fault(number, home):
                return PARTIES
            if name and names.setdefault(number, name) != name:
                return PARTIES
    return 0


def _amounts(case: Case) -> int:
    """The amounts and totals of the whole declaration."""
    lodgement = case.lodgement
    total, packages = lodgement.total_gross_mass, lodgement.total_packages
    signs = 0
    if total is not None and not 0 < total < MOST_QUANTITY:
        signs = MASSES
    if packages is not None and not 0 <= packages < MOST_PACKAGES:
        signs = MASSES
    if (
        not _sound(case, lodgement.invoice_amount, lodgement.invoice_currency)
        or not _sound(case, lodgement.freight_amount, lodgement.freight_currency)
        or not all(_sound(case, each.amount, each.currency) for each in lodgement.charges)
    ):
        signs |= AMOUNTS
    return signs


def _sound(case: Case, amount: int | None, currency: str) -> bool:
    """Whether an amount is in its range, with a currency and no more decimals than that has."""
    if amount is None:
        return True
    return 0 <= amount < MOST_AMOUNT and currency != "" and not amount % case.law.step_of(currency)


def _item(case: Case, i: int, item: Item) -> int:
    """One goods item; most are in order, so that each test is put as what is in order."""
    signs = _item_numbers(case, i, item) | _item_codes(case, i, item)
    text = item.description
    if len(text) < 12 or not text.strip():
        signs |= DESCRIPTION
    elif len(text) <= case.law.longest_stop:
        first = FIRST_WORD.search(text) if text.isascii() else None
        if first is None or first[0].lower() in case.law.stop_starts:
            signs |= DESCRIPTION
    if item.export_country or item.destination_country:
        signs |= _countries(case, item)
    if item.containers and not case.listed_containers.issuperset(item.containers):
        signs |= CONTAINERS
    if item.dangerous_goods:
        signs |= DANGEROUS
    return signs | NUMBERS_OF_ITS_OWN if item.ucr else signs


def _item_numbers(case: Case, i: int, item: Item) -> int:
    gross, net, count = item.gross_mass, item.net_mass, item.packages
    quantity, unit = item.quantity, item.quantity_unit
    signs = 0
    if (
        (gross is not None and not 0 < gross < MOST_QUANTITY)
        or (net is not None and not 0 < net < MOST_QUANTITY)
        or (gross is not None and net is not None and gross < net)
        or (item.sequence is not None and item.sequence != i)
    ):
        signs = MASSES
    if count is None:
        if case.lodgement.total_packages is not None:
            signs = MASSES
    elif not 0 < count < MOST_PACKAGES:
        signs = MASSES
    if quantity is not None and not (
        0 < quantity < MOST_QUANTITY
        and (unit != "KGM" or quantity == net)
        and not (quantity % WHOLE and unit in COUNTED_UNITS)
    ):
        signs |= MASSES
    amount, currency = item.item_amount, item.item_currency
    whole = case.lodgement.invoice_currency
    if amount == 0 or (whole and currency and currency != whole):
        signs |= AMOUNTS
    if (
        not _sound(case, amount, currency)
        or not _sound(case, item.customs_value_amount, item.customs_value_currency)
        or not _sound(case, item.statistical_amount, item.statistical_currency)
    ):
        signs |= AMOUNTS
    return signs | _further_amounts(case, item) if item.charges or item.taxes else signs


def _further_amounts(case: Case, item: Item) -> int:
    signs = 0
    for charge in item.charges:
        if not _sound(case, charge.amount, charge.currency):
            signs = AMOUNTS
    for tax in item.taxes:
        if not _sound(case, tax.base_amount, tax.base_currency) or not _sound(
            case, tax.assessed_amount, tax.assessed_currency
        ):
            signs |= AMOUNTS
        if tax.base_quantity is not None and not 0 < tax.base_quantity < MOST_QUANTITY:
            signs |= MASSES
    return signs


def _item_codes(case: Case, i: int, item: Item) -> int:
    line, procedure, preference = case.lines[i - 1], item.procedure, item.preference
    limits, law = case.limits, case.law
    signs = 0
    if line is None or law.odd_commodities:
        signs = COMMODITY
    elif line.unit not in {"", "KGM"} and (
        item.quantity is None or item.quantity_unit != line.unit
    ):
        signs = UNITS
    if not (item.commodity and procedure and (item.origin or not case.imports)):
        signs |= INCOMPLETE
    terms = case.day.procedures.get(procedure)
    if terms is not None:
        if terms.requires:
            signs |= REQUIREMENTS
        if not terms.fits(case.lodgement.direction, item.previous_procedure):
            signs |= PROCEDURES
    if item.additional_procedures:
        for code in item.additional_procedures:
            if procedure not in case.day.beside.get(code, (procedure,)):
                signs |= PROCEDURES
    order = item.quota_order
    if order and preference in limits.no_preference:
        signs |= PREFERENCE
    granted = case.reference.preferences.get(preference)
    if granted is not None and (
        (granted.quota and not order)
        or (not item.preferential_origin and granted.by_origin == "preferential")
    ):
        signs |= PREFERENCE
    return signs


def _sums(case: Case, signs: int) -> int:
    """The totals against their parts; where a part is odd, the rules have been woken already."""
    lodgement = case.lodgement
    items = lodgement.items
    found = 0
    total = lodgement.total_packages
    if total is not None and total != sum([item.packages or 0 for item in items]):
        found = PACKAGE_SUM
    total = lodgement.total_gross_mass
    if total is not None and total != sum([item.gross_mass or 0 for item in items]):
        found |= MASS_SUM
    total = lodgement.invoice_amount
    if (
        total is not None
        and not signs & AMOUNTS
        and total != sum([item.item_amount or 0 for item in items])
    ):
        found |= AMOUNT_SUM
    if len(items) > 1:
        keys = {(item.commodity, item.item_amount, item.net_mass) for item in items}
        if len(keys) < len(items):
            found |= ALIKE
    return found


def _documents(case: Case) -> int:
    """Supporting documents that only name themselves, each once, are in order."""
    rows = case.lodgement.documents
    waybills = case.limits.air_waybills
    keys = set()
    for row in rows:
        if (
            not row.reference
            or row.effective_date is not None
            or row.write_off_quantity is not None
            or row.write_off_amount is not None
            or row.code[1:] in waybills
        ):
            return DOCUMENTS
        keys.add((row.item, row.code, row.reference))
    return DOCUMENTS if len(keys) < len(rows) else 0


def _previous(case: Case) -> bool:
    """Whether a previous document has a number to be proved, or may stand there twice."""
    rows, limits = case.lodgement.previous_documents, case.limits
    for row in rows:
        if row.code in limits.mrn_documents or (
            row.code in limits.air_waybills and check_air_waybill(row.reference)
        ):
            return True
    return len(rows) > 1 and len({(row.item, row.reference) for row in rows}) < len(rows)
