"""Every read of the room."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import msgspec
from django.db.models import QuerySet

from clearway.audit import clock
from clearway.declarations.life_cycle import BEFORE_RELEASE
from clearway.declarations.models import Declaration, GoodsItem
from clearway.permits import needing
from clearway.permits.models import (
    Application,
    ApplicationLine,
    Case,
    CaseLine,
    InformationRequest,
    Need,
    Permit,
    Standing,
    WriteOff,
)
from clearway.permits.rules import APPROVED, PENDING, WORD_OF_NEED, Granted, worst
from clearway.reference.in_force import reference_at

NEED_STATES: Final = tuple(WORD_OF_NEED)


class JointStatus(msgspec.Struct, frozen=True):
    """How all agencies together stand to a declaration: the worst of them (card C08).

    ``word`` is approved, pending, hold or refused; ``lacking`` names the pack's requirements that
    are not met; ``agencies`` each agency with its own word.
    """

    word: str
    satisfied: bool
    lacking: tuple[str, ...] = ()
    agencies: tuple[tuple[str, str], ...] = ()


def joint_status(declaration_pk: int) -> JointStatus:
    """Return the joint status of a declaration by its version that stands.

    Until this room has looked at that version it is pending, where anything is needed at all.
    """
    row = Declaration.objects.get(pk=declaration_pk)
    standing = Standing.objects.filter(pk=declaration_pk).first()
    if standing is not None and standing.version == row.version:
        return status_of(needs(declaration_pk))
    needed = needing.declared(row, reference_at(clock.now())).needed
    if not needed:
        return JointStatus(APPROVED, satisfied=True)
    codes = {one.requirement.code: one.requirement.agency for one in needed}
    agencies = tuple((agency, PENDING) for agency in sorted(set(codes.values())))
    return JointStatus(PENDING, satisfied=False, lacking=tuple(sorted(codes)), agencies=agencies)


def status_of(rows: Iterable[Need]) -> JointStatus:
    """Return the joint status that some needs of one declaration make."""
    words: dict[str, list[str]] = {}
    lacking: set[str] = set()
    for need in rows:
        word = WORD_OF_NEED[need.state]
        words.setdefault(need.agency, []).append(word)
        if word != APPROVED:
            lacking.add(need.requirement)
    agencies = tuple((agency, worst(words[agency])) for agency in sorted(words))
    word = worst(one for _, one in agencies)
    return JointStatus(word, word == APPROVED, tuple(sorted(lacking)), agencies)


def needs(declaration: int) -> QuerySet[Need]:
    """Return what a declaration needs, item by item."""
    return Need.objects.filter(declaration=declaration).order_by("item", "id")


def need(number: int) -> Need | None:
    """Return one need."""
    return Need.objects.filter(pk=number).first()


def permits_by_number(numbers: Iterable[str]) -> dict[str, Permit]:
    """Return the permits of ours that have some numbers, whoever holds them."""
    wanted = {one for one in map(number_of, numbers) if one}
    return {one.number: one for one in Permit.objects.filter(number__in=wanted)}


def number_of(reference: str) -> str:
    """Return a declared reference as our numbers are written; empty where it cannot be one."""
    written = reference.replace(" ", "").upper()
    return written if len(written) <= 35 and "\0" not in written else ""


def granted(permit: Permit) -> Granted:
    """Return a permit as the rules read it."""
    return Granted(
        agency=permit.agency,
        document=permit.document,
        holder=permit.holder,
        commodities=tuple(permit.commodities.split()),
        unit=permit.unit,
        quantity=permit.quantity,
        value=permit.value,
        used_quantity=permit.used_quantity,
        used_value=permit.used_value,
        valid_from=permit.valid_from,
        valid_to=permit.valid_to,
        revoked=permit.state == "revoked",
    )


def permits() -> QuerySet[Permit]:
    """Return every permit; who may see which is decided in ``access``."""
    return Permit.objects.all()


def applications() -> QuerySet[Application]:
    """Return every application; who may see which is decided in ``access``."""
    return Application.objects.all()


def cases() -> QuerySet[Case]:
    """Return every case; who may see which is decided in ``access``."""
    return Case.objects.select_related("application")


def write_offs(permit: Permit) -> QuerySet[WriteOff]:
    """Return the ledger of a permit, the oldest first."""
    return WriteOff.objects.filter(permit=permit).order_by("id")


def unsettled(permit: Permit) -> list[int]:
    """Return the declarations that hold something of a permit that is not final."""
    kinds: dict[tuple[int, int], str] = {}
    for declaration, item, kind in write_offs(permit).values_list("declaration", "item", "kind"):
        kinds[declaration, item] = kind
    return sorted({key[0] for key, kind in kinds.items() if kind == "reserved"})


def cases_of(application: Application) -> QuerySet[Case]:
    """Return the cases of an application, by agency."""
    return cases().filter(application=application).order_by("agency")


def lines(application: Application) -> QuerySet[ApplicationLine]:
    """Return the lines of an application."""
    return ApplicationLine.objects.filter(application=application).order_by("line")


def lines_of_case(case: Case) -> QuerySet[ApplicationLine]:
    """Return the lines of an application that concern one agency."""
    concerned = CaseLine.objects.filter(case=case).values("line_id")
    return ApplicationLine.objects.filter(pk__in=concerned).order_by("line")


def reasons_of_case(case: Case) -> QuerySet[CaseLine]:
    """Return why a case is before its agency: lines with the requirement each falls under."""
    return CaseLine.objects.filter(case=case).select_related("line").order_by("line__line", "id")


def information(cases: Iterable[int]) -> QuerySet[InformationRequest]:
    """Return what was asked in some cases, the earliest first."""
    return InformationRequest.objects.filter(case__in=list(cases)).order_by("id")


def permits_of(cases: Iterable[int]) -> QuerySet[Permit]:
    """Return what was granted in some cases."""
    return Permit.objects.filter(case__in=list(cases)).order_by("id")


def live_permits(case: Case) -> QuerySet[Permit]:
    """Return the permits of a case that have not ended."""
    return Permit.objects.filter(case=case, state__in=("valid", "used"))


def waiting_needs(rows: QuerySet[Need]) -> QuerySet[Need]:
    """Return those of some needs on which their agency has to decide."""
    return rows.filter(state__in=("paper", "inspect"))


def mrns(needs_of: Iterable[Need]) -> dict[int, str]:
    """Return the MRNs of the declarations of some needs."""
    rows = Declaration.objects.filter(pk__in={one.declaration for one in needs_of})
    return {pk: mrn or "" for pk, mrn in rows.values_list("pk", "mrn")}


def concerned(mrns: Iterable[str]) -> frozenset[str]:
    """Return those of some MRNs whose declarations may need a permit, or were looked at before."""
    rows = dict(Declaration.objects.filter(mrn__in=set(mrns)).values_list("pk", "mrn"))
    beginnings = needing.prefixes(reference_at(clock.now()))
    items = GoodsItem.objects.filter(version__declaration__in=rows)
    found = {
        declaration
        for declaration, commodity in items.values_list("version__declaration_id", "commodity")
        if commodity.startswith(beginnings)
    }
    found.update(Standing.objects.filter(pk__in=rows).values_list("pk", flat=True))
    return frozenset(rows[one] or "" for one in found)


def asked_of(organisation: int) -> QuerySet[Case]:
    """Return the cases in which an agency waits for an organisation's answer, the oldest first."""
    rows = cases().filter(application__organisation=organisation, state="info")
    return rows.order_by("due_at", "id")


def unmet_of(organisation: int) -> QuerySet[Need]:
    """Return what an organisation's declarations lack or were refused before release."""
    rows = Declaration.objects.filter(organisation=organisation, state__in=BEFORE_RELEASE)
    found = Need.objects.filter(state__in=("lacking", "refused"), declaration__in=rows.values("pk"))
    return found.order_by("-at", "-id")
