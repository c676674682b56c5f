"""The permit as a document that its holder carries: issued with the grant, void when it ends."""

from __future__ import annotations

from typing import Final

from clearway.accounts.queries import active_identifiers, names_of_identifiers
from clearway.documents import contents, service
from clearway.events.service import Act
from clearway.kernel.reference import Reference
from clearway.permits import asking, events
from clearway.permits.models import CaseLine, Permit
from clearway.reference.in_force import reference_at
from clearway.vocabulary.dates import days_of

KIND: Final = "permit"


def issue(doing: Act, permit: Permit) -> None:
    """Issue the document of a permit within an act; nothing where nobody may hold it now."""
    holders = tuple(active_identifiers([permit.holder]).values())
    case = permit.case
    if case is not None and case.application.organisation not in holders:
        holders = (*holders, case.application.organisation)
    if not holders:
        return
    service.issue(
        doing,
        kind=KIND,
        subject=events.permit_subject(permit.number),
        data=content(permit, reference_at(doing.at)),
        concerns=holders,
    )


def void(doing: Act, permit: Permit, reason: str) -> None:
    """Make the document of a permit void: it was revoked, used or has expired."""
    service.void(doing, events.permit_subject(permit.number), (KIND,), reason)


def content(permit: Permit, reference: Reference) -> contents.Permit:
    """Return what the document of a permit says."""
    day = days_of(permit.valid_from)
    agency = asking.agency_name(reference, permit.agency, day)
    requirement = next((one for one in reference.permits if one.code == permit.requirement), None)
    named = names_of_identifiers([permit.holder])
    direction = "" if permit.case is None else permit.case.application.direction
    return contents.Permit(
        country=_name(reference, "country", reference.country, day),
        authority=agency,
        office=permit.agency,
        office_name=agency,
        time_zone=reference.time_zone,
        permit=permit.number,
        type=permit.document,
        type_name=_name(reference, "document", permit.document, day),
        holder=contents.Party(permit.holder, named.get(permit.holder, "")),
        direction=direction,
        granted_at=f"{permit.granted_at:%Y-%m-%dT%H:%M:%SZ}",
        valid_from=permit.valid_from.isoformat(),
        valid_to=permit.valid_to.isoformat(),
        legal_basis="" if requirement is None else requirement.legal_basis,
        conditions=permit.conditions,
        currency=reference.currency,
        exponent=reference.exponent,
        lines=tuple(_lines(permit)),
    )


def _lines(permit: Permit) -> list[contents.PermitLine]:
    described = _described(permit)
    origin = ""
    if permit.case is not None and permit.case.application.direction == "IM":
        origin = permit.case.application.country
    return [
        contents.PermitLine(
            line=line,
            commodity=commodity,
            description=described.get(commodity, ""),
            origin=origin,
            quantity=permit.quantity,
            unit=permit.unit,
            value=permit.value,
        )
        for line, commodity in enumerate(permit.commodities.split(), 1)
    ]


def _described(permit: Permit) -> dict[str, str]:
    rows = CaseLine.objects.filter(case=permit.case_id, requirement=permit.requirement)
    return dict(rows.values_list("line__commodity", "line__description"))


def _name(reference: Reference, name: str, code: str, day: int) -> str:
    known = reference.code_lists.get(name)
    entry = None if known is None else known.lookup(code, day)
    return code if entry is None or not entry.name else entry.name
