"""What the line announces: the facts of each lodgement, in the order in which they hold."""

from __future__ import annotations

from clearway.declarations.events import SUPPLEMENTED
from clearway.declarations.events import subject as subject_of_declaration
from clearway.declarations.life_cycle import DECLARATION_STATES
from clearway.declarations.storing import NewDeclaration
from clearway.events.service import Announcement, Done
from clearway.intake import quota_draws
from clearway.intake.submission import Piece
from clearway.kernel.decisions import Lane
from clearway.kernel.reference import Reference

_SUBJECT = 96
_CODES = DECLARATION_STATES


def of_lodgement(piece: Piece, row: NewDeclaration, reference: Reference) -> Done:
    """Return the act of lodging: received (02), then rejected (03), or accepted (01) and laned."""
    decision, at = piece.decision, row.received_at
    assert decision is not None
    subject = subject_of_declaration(row.mrn or None, row.id)
    common = {"declaration": row.id, "lrn": row.lrn, "mrn": row.mrn or None}
    concerns = (row.organisation, *piece.concerned)

    def fact(kind: str, /, **more: object) -> Announcement:
        return Announcement(f"declaration.{kind}", subject, {**common, **more}, concerns, at)

    told = [fact("received", code=_CODES["received"], kind=row.kind, door=row.door, version=1)]
    if not decision.accepted:
        rules = sorted({one.rule for one in decision.findings if one.severity.value == "error"})
        told.append(fact("rejected", code=_CODES["rejected"], rules=rules))
    elif row.states.state != "received":
        told.append(fact("accepted", code=_CODES["accepted"], legal_date=row.lodgement.legal_date))
        if row.lane is not None:
            told.append(fact("laned", lane=Lane(row.lane).name.lower()))
        state = row.states.state
        told.append(fact(state, code=_CODES[state], reference=reference.hash))
        told += [fact(kind.removeprefix("declaration."), quota=body)
                 for kind, body in quota_draws.facts(piece, reference)]  # fmt: skip
        told.append(fact("matched" if piece.goods_state != "unmatched" else "unmatched",
                         goods=piece.goods_state, document=row.transport_document))  # fmt: skip
    elif row.transport_document and piece.goods_state == "unmatched":
        # Its goods may be here already: whoever hears this looks (``site.news``).
        told.append(fact("unmatched", goods="unmatched", document=row.transport_document))
    if decision.accepted and row.supplements:
        told.append(_of_simplified(row, concerns))
    return Done(piece.submission.actor, subject, told)


def _of_simplified(row: NewDeclaration, concerns: tuple[int, ...]) -> Announcement:
    """Return the fact, about a simplified declaration, that this one completes it."""
    body = {"mrn": row.supplements, "by": row.mrn, "by_lrn": row.lrn}
    subject = subject_of_declaration(row.supplements, row.id)
    return Announcement(SUPPLEMENTED, subject, body, concerns, row.received_at)


def of_used_reference(piece: Piece) -> Done:
    """Return the act of lodging under a reference used before: rejected, and nothing is stored."""
    assert piece.decision is not None
    subject = f"declaration:{piece.declarant}/{piece.lrn}"[:_SUBJECT]
    body = {
        "code": _CODES["rejected"],
        "lrn": piece.lrn,
        "mrn": None,
        "rules": sorted({one.rule for one in piece.decision.findings}),
        "kept": False,
    }
    submission = piece.submission
    fact = Announcement(
        "declaration.rejected", subject, body, (submission.actor.organisation,),
        submission.received_at,
    )  # fmt: skip
    return Done(submission.actor, subject, [fact])
