"""The contents of what is printed of a declaration, from the rooms' records as they stand."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any, Final

import msgspec

from clearway.accounts.queries import names_of_identifiers
from clearway.assessment import queries as assessment
from clearway.assessment.models import Assessment, Charge
from clearway.clearance import queries as clearance
from clearway.declarations import queries
from clearway.declarations.life_cycle import AFTER_RELEASE
from clearway.declarations.models import Declaration
from clearway.documents import contents
from clearway.documents.rules import totals_of
from clearway.inspection import queries as inspection
from clearway.kernel.lodgement import Item, Lodgement, Party
from clearway.kernel.reference import Reference
from clearway.payments import queries as payments
from clearway.payments.models import Notice
from clearway.payments.rules import notice_number
from clearway.reference.in_force import reference_at
from clearway.vocabulary.dates import days_of, iso_of
from clearway.vocabulary.money import DECLARED_AMOUNT_SCALE, unscaled

_LIVE: Final = frozenset({"rejected", "invalidated"})
_CUSTOMS: Final = "documents.customs"
"""The pack's setting: the code of the customs administration among its agencies."""


class NotYet(Exception):
    """There is nothing to print of this kind, as the declaration stands."""


def declaration_print(declaration: Declaration) -> contents.DeclarationPrint:
    """Return a declaration as it stands (WCO 42A), item by item.

    Raises:
        NotYet: it was rejected or cancelled.
    """
    lodgement, law, newest = _whole(declaration)
    goods = _goods(declaration, lodgement)
    names = _names(declaration)
    invoice = ""
    if lodgement.invoice_amount is not None:
        amount = unscaled(lodgement.invoice_amount, DECLARED_AMOUNT_SCALE)
        invoice = f"{amount:,.2f} {lodgement.invoice_currency}".strip()
    return contents.DeclarationPrint(
        **_head(declaration, law),
        **_money(law),
        mrn=declaration.mrn or "",
        lrn=declaration.lrn,
        version=declaration.version,
        kind=declaration.kind,
        direction=declaration.direction,
        declarant=_party(lodgement.declarant, declaration.declarant, names)
        or contents.Party(declaration.declarant),
        importer=_party(lodgement.importer, declaration.importer, names),
        exporter=_party(lodgement.exporter, declaration.exporter, names),
        transport_document=declaration.transport_document,
        means=lodgement.arrival_means_id or lodgement.border_means_id,
        containers=tuple(dict.fromkeys(one for one in lodgement.containers if one)),
        export_country=lodgement.export_country,
        destination_country=lodgement.destination_country,
        incoterm=f"{lodgement.incoterm} {lodgement.incoterm_place}".strip(),
        invoice_amount=invoice,
        legal_date=None if declaration.legal_date is None else iso_of(declaration.legal_date),
        received_at=_moment(declaration.received_at),
        accepted_at=_perhaps(declaration.accepted_at),
        goods=goods,
        totals=totals_of(goods),
        payable=newest.payable,
    )


def tax_notice(declaration: Declaration) -> contents.TaxNotice:
    """Return the notice that stands: line by line as the kernel charged, or as customs decided.

    Raises:
        NotYet: no notice stands for the version that rules.
    """
    lodgement, law, newest = _whole(declaration)
    notice = payments.standing_notice(declaration.pk)
    if notice is None or notice.assessment != newest.pk:
        raise NotYet
    charges = [one for one in assessment.charges(newest.pk) if one.payable]
    goods = {one.item: one for one in _goods(declaration, lodgement)}
    lines = [_tax_line(one, goods.get(one.item), law) for one in charges]
    if sum(one.payable for one in lines) != notice.amount - notice.credited:
        lines = [
            _noticed(one.tax, one.amount, one.legal_basis or one.reason, law)
            for one in notice.lines.all()
        ]
    names = names_of_identifiers([notice.payer])
    values = [one.value for one in goods.values()]
    known = [one for one in values if one is not None]
    return contents.TaxNotice(
        **_head(declaration, law),
        **_money(law),
        mrn=declaration.mrn or "",
        version=notice.version,
        notice=notice_number(notice.pk),
        payer=contents.Party(notice.payer, names.get(notice.payer, "")),
        assessed_at=_moment(newest.at),
        due=notice.due.isoformat(),
        lines=tuple(lines),
        by_tax=_by_tax(lines),
        value=sum(known) if len(known) == len(values) else None,
        payable=sum(one.payable for one in lines),
    )


def receipt(declaration: Declaration) -> contents.Receipt:
    """Return what was received for a declaration, payment by payment.

    Raises:
        NotYet: nothing was.
    """
    _, law, _ = _whole(declaration)
    paid = [one for one in payments.payments_of(declaration.pk) if one.method != "carried"]
    if not paid:
        raise NotYet
    latest = paid[0]
    notice: Notice = latest.notice
    names = names_of_identifiers([notice.payer])
    return contents.Receipt(
        **_head(declaration, law),
        **_money(law),
        payment=notice_number(notice.pk),
        payer=contents.Party(notice.payer, names.get(notice.payer, "") or latest.payer_name),
        mrn=declaration.mrn or "",
        paid_at=_moment(latest.at),
        method=latest.method,
        bank_reference=latest.reference,
        settled=tuple(
            contents.Settled(notice_number(one.notice_id), one.amount - one.refunded)
            for one in reversed(paid)
        ),
        total=sum(one.amount - one.refunded for one in paid),
    )


def release_note(declaration: Declaration) -> contents.ReleaseNote:
    """Return what may leave, item by item.

    Raises:
        NotYet: it is not released, or somebody holds the goods.
    """
    lodgement, law, newest = _whole(declaration)
    released = declaration.released_at
    if declaration.state not in AFTER_RELEASE or released is None:
        raise NotYet
    if clearance.holds_on(declaration):
        raise NotYet
    goods = _goods(declaration, lodgement)
    names = _names(declaration)
    return contents.ReleaseNote(
        **_head(declaration, law),
        **_money(law),
        mrn=declaration.mrn or "",
        version=declaration.version,
        direction=declaration.direction,
        declarant=_party(lodgement.declarant, declaration.declarant, names)
        or contents.Party(declaration.declarant),
        consignee=_party(lodgement.consignee or lodgement.importer, declaration.importer, names),
        transport_document=declaration.transport_document,
        means=lodgement.arrival_means_id or lodgement.border_means_id,
        containers=tuple(dict.fromkeys(one for one in lodgement.containers if one)),
        released_at=_moment(released),
        goods=goods,
        totals=totals_of(goods),
        payable=newest.payable,
    )


def inspection_report(declaration: Declaration) -> contents.InspectionReport:
    """Return the report of the latest look at the goods that is over, without any person's name.

    Raises:
        NotYet: there was none.
    """
    _, law, _ = _whole(declaration)
    openings = inspection.of_declaration(declaration.pk).filter(closed_at__isnull=False)
    opening = openings.exclude(outcome="").order_by("-id").first()
    found = None if opening is None else inspection.report(opening.pk)
    if opening is None or found is None or opening.closed_at is None:
        raise NotYet
    told: dict[str, Any] = msgspec.json.decode(bytes(found.content))
    customs = law.settings.get(_CUSTOMS, "")
    agencies = dict.fromkeys(one["asked_by"] or customs for one in told["orders"])
    seals: list[dict[str, Any]] = told["seals"]
    return contents.InspectionReport(
        **_head(declaration, law),
        order=found.number,
        mrn=declaration.mrn or "",
        agencies=tuple(one for one in agencies if one) or (law.country,),
        unit=opening.unit,
        opened_at=_perhaps(opening.started_at),
        closed_at=_moment(opening.closed_at),
        outcome=opening.outcome,
        findings=tuple(
            contents.InspectionFinding(
                item=one["item"],
                code=one["code"],
                text=_text(one["note"]),
                declared=_text(one["declared"]),
                found=_text(one["found"]),
            )
            for one in told["findings"]
        ),
        seals_broken=tuple(one["number"] for one in seals if one["what"] == "broken"),
        seals_set=tuple(one["number"] for one in seals if one["what"] == "set"),
        samples=tuple(one["number"] for one in told["samples"]),
    )


def _whole(declaration: Declaration) -> tuple[Lodgement, Reference, Assessment]:
    newest = assessment.newest(declaration.pk)
    if declaration.state in _LIVE or declaration.mrn is None or newest is None:
        raise NotYet
    lodgement = queries.lodgement_of(queries.current_version(declaration))
    return lodgement, reference_at(newest.at), newest


def _head(declaration: Declaration, law: Reference) -> dict[str, Any]:
    day = declaration.legal_date or days_of(declaration.received_at.date())
    authority = _name(law, "agency", law.settings.get(_CUSTOMS, ""), day)
    country = _name(law, "country", law.country, day)
    return {
        "country": country,
        "authority": authority or country,
        "office": declaration.office,
        "office_name": _name(law, "office", declaration.office, day, code=False),
        "time_zone": law.time_zone,
    }


def _money(law: Reference) -> dict[str, Any]:
    return {"currency": law.currency, "exponent": law.exponent}


def _name(law: Reference, listed: str, key: str, day: int, *, code: bool = True) -> str:
    known = law.code_lists.get(listed)
    entry = None if known is None or not key else known.lookup(key, day)
    return entry.name if entry is not None and entry.name else (key if code else "")


def _names(declaration: Declaration) -> dict[str, str]:
    named = (declaration.declarant, declaration.importer, declaration.exporter)
    return names_of_identifiers([one for one in named if one])


def _party(party: Party | None, identifier: str, names: dict[str, str]) -> contents.Party | None:
    """Return a party by its number; by its name, where it has none."""
    declared = party or Party()
    number = _text(declared.id or identifier)
    name = names.get(number, "") or _text(declared.name)
    parts = (declared.line, f"{declared.postcode} {declared.city}".strip(), declared.country)
    address = _text(", ".join(one for one in parts if one))
    if not number and not name:
        return None
    return contents.Party(number or name, name if number else "", address)


def _goods(declaration: Declaration, lodgement: Lodgement) -> tuple[contents.Goods, ...]:
    declared = dict(enumerate(lodgement.items, 1))
    return tuple(
        contents.Goods(
            item=row.item,
            commodity=row.commodity,
            description=_text(row.description),
            origin=row.origin,
            procedure=row.procedure,
            packages=row.packages,
            gross_mass=row.gross_mass,
            net_mass=row.net_mass,
            quantity=declared.get(row.item, Item()).quantity,
            unit=declared.get(row.item, Item()).quantity_unit,
            value=row.value,
        )
        for row in queries.items(declaration)
    )


def _tax_line(one: Charge, goods: contents.Goods | None, law: Reference) -> contents.TaxLine:
    rule = law.tax(one.tax)
    counted = ""
    if one.base is None and one.base_quantity is not None:
        counted = f"{unscaled(one.base_quantity, 1_000_000).normalize():f} {one.base_unit}".strip()
    return contents.TaxLine(
        item=one.item,
        commodity="–" if goods is None else goods.commodity,
        quantity=None if goods is None else goods.quantity,
        unit="" if goods is None else goods.unit,
        tax=one.tax,
        tax_name="" if rule is None else rule.name,
        base=one.base,
        base_text=counted,
        rate=_text(one.rate),
        amount=one.amount,
        payable=one.payable or 0,
        legal_basis=_text(one.legal_basis),
    )


def _noticed(tax: str, amount: int, basis: str, law: Reference) -> contents.TaxLine:
    """Return a line that a person decided: it is of no item."""
    rule = law.tax(tax)
    return contents.TaxLine(
        item=0,
        commodity="–",
        tax=tax,
        tax_name="" if rule is None else rule.name,
        payable=amount,
        legal_basis=_text(basis),
    )


def _by_tax(lines: Iterable[contents.TaxLine]) -> tuple[contents.TaxTotal, ...]:
    found: dict[str, contents.TaxTotal] = {}
    for one in lines:
        before = found.get(one.tax)
        total = one.payable + (0 if before is None else before.payable)
        found[one.tax] = contents.TaxTotal(one.tax, one.tax_name, total)
    return tuple(found.values())


def _text(told: str) -> str:
    """Return a declared text on one line."""
    return " ".join(told.split())


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _perhaps(at: datetime | None) -> str | None:
    return None if at is None else _moment(at)
