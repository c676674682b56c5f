"""Every write of what happens to goods that are here: tallied, overdue, closed."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from clearway.accounts.permission import CUSTOMS
from clearway.audit.actor import Actor
from clearway.cargo import conveying, events, life_cycle, queries
from clearway.cargo.ledger import tally_of
from clearway.cargo.models import Tally, TransportDocument
from clearway.cargo.queries import Drawing
from clearway.events.service import Act, act
from clearway.vocabulary.errors import DataRefused, StateForbids

_KIND = {"short": events.SHORT, "excess": events.EXCESS}


def tally(
    actor: Actor,
    document: TransportDocument,
    *,
    packages: int,
    gross_mass: int | None = None,
    remarks: str = "",
) -> Tally:
    """Tell what was counted of a document at discharge; the newest tally counts.

    A shortage or an excess flags every declaration that draws on the document, by an event of its
    own for each. Goods found missing can no longer be drawn; goods found over are drawn only once
    the report is corrected.

    Args:
        actor: a terminal or an officer.
        document: what was counted.
        packages: packages found; bulk goods are counted by mass.
        gross_mass: mass found, in millionths of a kilogram; bulk goods need it.
        remarks: what else was seen.

    Raises:
        StateForbids: the goods have not arrived, or it is a master whose houses are tallied.
        DataRefused: bulk goods without a mass.
    """
    if document.bulk and gross_mass is None:
        raise DataRefused(
            "Bulk goods are tallied by mass.",
            faults=(("/body/gross_mass", "needed for bulk goods"),),
        )
    with act(actor) as doing:
        document = TransportDocument.objects.select_for_update().get(pk=document.pk)
        found, reported = (
            (gross_mass, document.gross_mass) if document.bulk else (packages, document.packages)
        )
        verdict = tally_of(reported, found)
        if document.arrived_at is None:
            raise StateForbids(
                "The goods have not arrived.",
                remedy="Notify the arrival of the conveyance first.",
            )
        if document.houses:
            raise StateForbids("The document has house documents.", remedy="Tally each of them.")
        document.state = life_cycle.after(document.state, f"tally_{verdict}")
        document.tallied_packages, document.tallied_mass = packages, gross_mass
        document.save(update_fields=["state", "tallied_packages", "tallied_mass"])
        made = Tally.objects.create(
            document=document,
            packages=packages,
            gross_mass=gross_mass,
            remarks=remarks,
            organisation=actor.organisation,
            actor=actor.name,
            at=doing.at,
        )
        _tell_tally(doing, document, verdict, abs((found or 0) - reported))
    return made


def close(actor: Actor, document: TransportDocument, reason: str) -> TransportDocument:
    """Close a document of which nothing more is to come; nothing is drawn on it afterwards.

    Whoever keeps the goods closes what was written off whole; what was found short is an
    officer's to close, because whoever answers for the goods has to say where the rest is.

    Args:
        actor: a terminal or an officer.
        document: fully written off, or tallied short.
        reason: why.

    Raises:
        StateForbids: it is neither, a declaration on it is not released, or it is short and the
            actor is no officer.
    """
    with act(actor) as doing:
        document = TransportDocument.objects.select_for_update().get(pk=document.pk)
        after = life_cycle.after(document.state, "close")
        drawn = document.drawn_packages, document.drawn_mass
        if drawn != (document.final_packages, document.final_mass):
            raise StateForbids(
                "A declaration that is not released draws on the document.",
                remedy="Release or cancel it first.",
            )
        if document.state == "short" and not actor.has(*CUSTOMS):
            raise StateForbids(
                "The goods were found short.", remedy="Ask an officer to close the document."
            )
        document.state = after
        document.save(update_fields=["state"])
        body = {
            "number": document.number,
            "reason": reason,
            "left_packages": document.packages - document.final_packages,
        }
        drawings = queries.drawings([document.pk]).get(document.pk, ())
        doing.announce(
            events.CLOSED,
            events.subject(document.number),
            body,
            concerns=conveying.concerned(document, drawings),
        )
    return document


def _tell_tally(doing: Act, document: TransportDocument, verdict: str, by: int) -> None:
    drawings = queries.drawings([document.pk]).get(document.pk, [])
    concerned = conveying.concerned(document, drawings)
    body = {
        "number": document.number,
        "packages": document.packages,
        "tallied_packages": document.tallied_packages,
        "gross_mass": document.gross_mass,
        "tallied_mass": document.tallied_mass,
    }
    doing.announce(events.DISCHARGED, events.subject(document.number), body, concerns=concerned)
    kind = _KIND.get(verdict)
    if kind is None:
        return
    body = {**body, "by": by, "unit": "mass" if document.bulk else "packages"}
    doing.announce(kind, events.subject(document.number), body, concerns=concerned)
    for drawing in drawings:
        _flag(doing, kind, document, drawing, by)


def _flag(doing: Act, kind: str, document: TransportDocument, drawing: Drawing, by: int) -> None:
    doing.announce(
        kind,
        events.declaration_subject(drawing.mrn, drawing.declaration),
        {
            "number": document.number,
            "declaration": drawing.declaration,
            "by": by,
            "unit": "mass" if document.bulk else "packages",
            "drawn_packages": drawing.packages,
            "drawn_mass": drawing.gross_mass,
        },
        concerns=(drawing.organisation,) if drawing.organisation else (),
    )


def expire(actor: Actor, at: datetime, most: int = 500) -> int:
    """Mark documents whose goods have lain too long as overdue, and tell each.

    A background job calls it; ``most`` bounds one turn.

    Returns:
        How many were marked; ``most`` means that there may be more.
    """
    with transaction.atomic():
        rows = list(queries.overdue(at).select_for_update().order_by("id")[:most])
        if not rows:
            return 0
        with act(actor, at=at) as doing:
            for document in rows:
                document.state = life_cycle.after(document.state, "expire")
                document.save(update_fields=["state"])
                doing.announce(
                    events.OVERDUE,
                    events.subject(document.number),
                    {"number": document.number, "due_at": str(document.due_at)},
                    concerns=conveying.concerned(document),
                )
    return len(rows)
