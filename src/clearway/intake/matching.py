"""Cargo's news reach declarations: reported, corrected, cancelled, arrived.

``site`` subscribes these functions to cargo's events, and to those of declarations that wait. Each
may come twice, or late; each looks at what is true now and changes only what differs.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.db import connection, transaction

from clearway.assessment.service import find_anew
from clearway.audit import clock
from clearway.audit.actor import system
from clearway.cargo import queries as cargo
from clearway.cargo import stock
from clearway.cargo.rules import document_key, kilograms
from clearway.declarations import events, findings, queries
from clearway.declarations.findings import told
from clearway.declarations.life_cycle import GOODS, next_state
from clearway.declarations.models import Declaration
from clearway.declarations.naming import transport_document
from clearway.declarations.service import announce
from clearway.declarations.storing import NewDeclaration
from clearway.events.service import Act, act
from clearway.kernel.decisions import Finding, Severity
from clearway.kernel.lodgement import Lodgement
from clearway.kernel.reference import Reference

_REFUSED = {
    "short": findings.STOCK_SHORT,
    "written_off": findings.WRITTEN_OFF,
    "has_houses": findings.HAS_HOUSES,
    "closed": findings.DRAWING_OVER,
    "unmatched": findings.NOT_REPORTED,
}
ABOUT_CARGO = frozenset(_REFUSED.values())
"""What is no longer so when a declaration is matched, or has another reason not to be."""


def on_document_reported(number: str) -> int:
    """Match the declarations that came ahead of a transport document; stock is reserved now.

    The oldest is served first. Where it cannot draw what it declares, the declaration gets a
    finding that says why and stays unmatched, which blocks its release.

    Returns:
        How many were matched.
    """
    waiting = queries.unmatched(document_key(number)).values_list("pk", flat=True)
    return sum(_match(pk) for pk in list(waiting))


def _match(number: int) -> bool:
    with transaction.atomic():
        declaration = queries.locked(number)
        # One lodged in advance draws on its stock when it is presented.
        waits = declaration.goods_state == "unmatched" and declaration.state != "received"
        if not waits or declaration.direction != "IM":
            return False
        version = queries.current_version(declaration)
        lodgement = queries.lodgement_of(version)
        wanted = reservation(declaration, lodgement, declaration.version)
        with connection.cursor() as cursor:
            (outcome,) = stock.reserve_many(cursor, [wanted], clock.now())
        if outcome.kind != "reserved":
            _not_matched(declaration, outcome, refusal(outcome, wanted, lodgement))
            return False
        with act(system("matching")) as doing:
            find_anew(declaration.pk, ABOUT_CARGO, None)
            acts = ("match", "arrive") if outcome.arrived else ("match",)
            declaration.goods_state = next_state(GOODS, "unmatched", *acts)
            if outcome.perishable:
                declaration.priority = 0  # known only now (``kernel.selection.queue_priority``)
            declaration.save(update_fields=["goods_state", "priority"])
            announce(doing, declaration, events.MATCHED, document=declaration.transport_document)
            if outcome.arrived:
                announce(doing, declaration, events.ARRIVED)
    return True


def _not_matched(declaration: Declaration, outcome: stock.Outcome, found: Finding) -> None:
    """Tell why nothing could be drawn: traders of their own documents, officers of others' too."""
    with transaction.atomic():
        doing = Act(system("matching"), clock.now())
        if outcome.of_another:
            _tell_officers(doing, declaration)
        elif outcome.kind != "unmatched" and find_anew(declaration.pk, ABOUT_CARGO, found):
            kind = events.STOCK_SHORT if outcome.kind == "short" else events.NOT_DRAWN
            announce(doing, declaration, kind, rule=found.rule, **dict(found.parameters))
        if doing.announcements:
            doing.finish()


def _tell_officers(doing: Act, declaration: Declaration) -> None:
    """Let customs know, and nobody else, that the document named is another consignee's."""
    doing.announce(
        events.DOCUMENT_OF_ANOTHER,
        events.subject(declaration.mrn, declaration.pk),
        {"mrn": declaration.mrn, "document": declaration.transport_document},
    )


def refusal(
    outcome: stock.Outcome,
    wanted: stock.Reservation,
    lodgement: Lodgement,
    reference: Reference | None = None,
    severity: Severity | None = None,
) -> Finding:
    """Return the finding that says why nothing could be drawn on a transport document.

    Args:
        outcome: any but reserved.
        wanted: what was to be drawn.
        lodgement: where the document is declared.
        reference: the pack, whose order of documents says which one is meant.
        severity: another than the rule's own.
    """
    found = transport_document(lodgement, reference)
    return told(
        _REFUSED[outcome.kind],
        field="" if found is None else found.field,
        i=0 if found is None else found.i,
        n=1 if found is None else found.n,
        severity=severity,
        document=wanted.document_number if found is None else found.reference,
        balance=_amount(outcome.packages, outcome.gross_mass),
        declared=_amount(wanted.packages, wanted.gross_mass),
    )


def _amount(packages: int | None, mass: int | None) -> str:
    return f"{packages or 0} / {kilograms(mass or 0)} kg"


def reservation(
    declaration: Declaration | NewDeclaration,
    lodgement: Lodgement,
    version: int,
    *,
    replaces: bool = False,
) -> stock.Reservation:
    """Return what a version of a declaration wants of its transport document."""
    packages = [item.packages for item in lodgement.items]
    masses = [item.gross_mass for item in lodgement.items]
    return stock.Reservation(
        document_number=declaration.transport_document,
        declaration=declaration.id,
        version=version,
        packages=total(packages, lodgement.total_packages),
        gross_mass=total(masses, lodgement.total_gross_mass),
        mrn=declaration.mrn or "",
        organisation=declaration.organisation,
        importer=lodgement.importer.id if lodgement.importer else "",
        replaces=replaces,
    )


def total(parts: Sequence[int | None], whole: int | None) -> int:
    """Return the sum of the items where each says it, else what the declaration says itself.

    Where neither is told whole, what is known is drawn at least.

    >>> total([3, 4], 9), total([3, None], 9), total([3, None], None)
    (7, 9, 3)
    """
    known = [part for part in parts if part is not None]
    told = len(known) == len(parts) or whole is None
    return sum(known) if told else whole or 0


def reported_now(documents: Iterable[str]) -> frozenset[str]:
    """Return those of some transport documents, as they are compared, that are reported by now."""
    return frozenset(cargo.as_reported(sorted(set(documents))))


def on_document_arrived(number: str) -> int:
    """Note that the goods of a transport document are here.

    Declarations lodged in advance are presented by the intake room, which assesses them again.

    Returns:
        How many declarations it concerns.
    """
    waiting = queries.awaiting_arrival(document_key(number)).values_list("pk", flat=True)
    count = 0
    for pk in list(waiting):
        with transaction.atomic():
            declaration = queries.locked(pk)
            if declaration.goods_state != "reported":
                continue
            with act(system("matching")) as doing:
                declaration.goods_state = next_state(GOODS, "reported", "arrive")
                declaration.save(update_fields=["goods_state"])
                announce(doing, declaration, events.ARRIVED)
            count += 1
    return count


def on_document_cancelled(number: str) -> int:
    """Note that a transport document is no longer reported: its declarations wait again.

    Returns:
        How many declarations it concerns.
    """
    matched = queries.of_document(document_key(number), ("reported", "arrived"))
    count = 0
    for pk in list(matched.values_list("pk", flat=True)):
        with transaction.atomic():
            declaration = queries.locked(pk)
            if declaration.goods_state not in {"reported", "arrived"}:
                continue
            with act(system("matching")) as doing, connection.cursor() as cursor:
                returned = stock.give_back(cursor, [declaration.pk], doing.at)
                declaration.goods_state = next_state(GOODS, declaration.goods_state, "unmatch")
                declaration.save(update_fields=["goods_state"])
                announce(
                    doing, declaration, events.UNMATCHED, document=declaration.transport_document
                )
                doing.announcements.extend(returned)
            count += 1
    return count
