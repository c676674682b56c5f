"""What amending and presenting have in common: a declaration of the record, decided on again.

The line decides outside the transaction; the record may move meanwhile. ``Seen`` remembers what
was decided upon, and whoever finds another version or state under the lock is decided on anew.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Any

import msgspec

from clearway.assessment import queries as assessed
from clearway.assessment import service as assessment
from clearway.assessment.models import Assessment
from clearway.audit import numbers
from clearway.audit.bulk import insert
from clearway.audit.service import note
from clearway.cargo import stock
from clearway.declarations import events, queries, storing
from clearway.declarations.kinds import is_supplementary
from clearway.declarations.life_cycle import DECLARATION_STATES
from clearway.declarations.models import Declaration, Version
from clearway.events.service import Act, Done
from clearway.intake import answering, gathering, matching, quota_draws, yearly
from clearway.intake.submission import Answer, Piece
from clearway.kernel.decisions import Lane
from clearway.kernel.lodgement import Lodgement
from clearway.kernel.reference import Reference
from clearway.risk.scoring.service import store_many as store_scores
from clearway.traders.history import Accepted, record_many
from clearway.traders.identities import buyer_of
from clearway.vocabulary.dates import date_of
from clearway.vocabulary.errors import NotThere, StateForbids


class Seen(msgspec.Struct, frozen=True):
    """A declaration as it stood when it was gathered, with the lodgement of its version.

    ``values`` are the customs values of that version's items, ``used`` what it uses of a year.
    """

    declaration: Declaration
    former: Lodgement
    values: tuple[int | None, ...] = ()
    used: yearly.Use | None = None

    @property
    def stand(self) -> tuple[int, str, int | None]:
        """What must not have moved until the decision is written."""
        return self.declaration.version, self.declaration.state, self.declaration.lane


def look_up(
    pieces: Iterable[Piece], permitted: Callable[[Declaration], bool]
) -> tuple[list[Piece], list[Piece]]:
    """Give each piece the declaration it is about; one declaration has one piece in a batch.

    Pieces whose declaration is gone, or whose state no longer permits the act, are answered.

    Returns:
        Those that go on, and those that wait for the next batch.
    """
    ready, later = [], []
    names: set[str] = set()
    for piece in pieces:
        name = piece.submission.declaration
        if name in names:
            later.append(piece)
            continue
        names.add(name)
        declaration = queries.by_key(name)
        if declaration is None or not permitted(declaration):
            piece.answer = _state_forbids(declaration)
            continue
        former = queries.lodgement_of(queries.current_version(declaration))
        piece.seen = Seen(declaration, former)
        piece.mrn, piece.lrn = declaration.mrn or "", declaration.lrn
        piece.kind, piece.declarant = declaration.kind, declaration.declarant
        piece.state, piece.goods_state = declaration.state, declaration.goods_state
        ready.append(piece)
    return ready, later


def _state_forbids(declaration: Declaration | None) -> Answer:
    if declaration is None:
        return answering.refused(NotThere("There is no such declaration."))
    return answering.refused(
        StateForbids(
            f"The declaration is {declaration.state}; that does not allow this now.",
            remedy="Read it again, then decide.",
        )
    )


def prepare(piece: Piece, legal_date: int | None) -> None:
    """Give a lodgement its names and the features that keep its lane and its draw."""
    seen: Seen = piece.seen
    lodgement, declaration = piece.lodgement, seen.declaration
    assert lodgement is not None
    lodgement.id = piece.mrn
    lodgement.consignment_key = declaration.consignment_key
    lodgement.legal_date = legal_date
    lodgement.form_findings = piece.form_findings


def keep_lane(piece: Piece, channel: str) -> None:
    """Tell the kernel the day of the draw and the lane that was communicated, if any was."""
    declaration: Declaration = piece.seen.declaration
    assert piece.lodgement is not None
    features = dict(piece.lodgement.features)
    features["draw_day"] = declaration.draw_day
    if declaration.lane is not None:
        features["previous_lane"] = Lane(declaration.lane).name.lower()
        features["previous_channel"] = channel
    piece.lodgement.features = features


def locked_unmoved(piece: Piece) -> Declaration | None:
    """Return the declaration, locked; None where it moved since the decision was made."""
    seen: Seen = piece.seen
    declaration = queries.locked(seen.declaration.pk)
    return declaration if Seen(declaration, seen.former).stand == seen.stand else None


def draws_on_stock(lodgement: Lodgement) -> bool:
    """Tell whether a declaration writes off a transport document."""
    return lodgement.direction == "IM" and not is_supplementary(lodgement)


def reserve(
    cursor: Any, piece: Piece, declaration: Declaration, reference: Reference, at: datetime
) -> stock.Outcome | None:
    """Reserve what a version draws, in place of what the version before drew.

    Returns:
        The outcome; None where nothing can be drawn: the piece then holds the finding that says
        why and is to be decided on again.
    """
    lodgement = piece.lodgement
    assert lodgement is not None
    wanted = matching.reservation(declaration, lodgement, declaration.version + 1, replaces=True)
    (outcome,) = stock.reserve_many(cursor, [wanted], at)
    if outcome.kind in {"reserved", "unmatched"}:
        return outcome
    piece.form_findings += (matching.refusal(outcome, wanted, lodgement, reference),)
    return None


def write_version(
    cursor: Any, piece: Piece, declaration: Declaration, at: datetime, *, door: str
) -> int:
    """Write the next version and its goods items; return the version's row number."""
    submission, lodgement, decision = piece.submission, piece.lodgement, piece.decision
    assert lodgement is not None
    assert decision is not None
    (number,) = numbers.take(cursor, "version", 1)
    former = queries.current_version(declaration)
    declaration.version += 1
    Version.objects.create(
        id=number,
        declaration=declaration,
        number=declaration.version,
        message=submission.body or former.message,
        media_type=submission.media_type if submission.body else former.media_type,
        lodgement=storing.encoded(lodgement),
        door=door,
        actor=submission.actor.name,
        reason=submission.reason[:512],
        at=at,
    )
    worth = {one.item: one.value for one in decision.values}
    rows = [
        storing.item_row(number, place, item, worth.get(place))
        for place, item in enumerate(lodgement.items[: storing.MOST_ITEMS], 1)
    ]
    insert(
        cursor,
        "declarations_goodsitem",
        "version_id, item, commodity, description, origin, procedure, packages, gross_mass, "
        "net_mass, value",
        rows,
    )
    return number


def write_assessment(
    cursor: Any, piece: Piece, version: int, occasion: str, reference: Reference, at: datetime
) -> None:
    """Write what the kernel decided on a version."""
    assert piece.decision is not None
    declaration: Declaration = piece.seen.declaration
    payable = answering.payable_of(piece.decision)
    one = assessment.Assessed(declaration.pk, version, occasion, at, piece.decision, payable)
    numbers = assessment.store_many(cursor, [one], reference)
    store_scores(cursor, zip(numbers, [piece.scores], strict=True))


def refuse(piece: Piece, what: str) -> None:
    """Answer what has errors: nothing of it is written, and the log has that it was tried."""
    piece.answer = answering.rejected(piece)
    declaration: Declaration = piece.seen.declaration
    subject = events.subject(declaration.mrn, declaration.pk)
    note("refusal", piece.submission.actor, subject, what)


class Telling:
    """The facts of one act on a declaration, in the order in which they hold."""

    def __init__(self, piece: Piece, at: datetime) -> None:
        self.doing = Act(piece.submission.actor, at)

    def fact(
        self,
        declaration: Declaration,
        kind: str,
        *,
        legal_time: datetime | None = None,
        **body: object,
    ) -> None:
        """Announce a fact about the declaration as it stands now."""
        self.doing.announce(
            kind,
            events.subject(declaration.mrn, declaration.pk),
            {
                "mrn": declaration.mrn,
                "lrn": declaration.lrn,
                "version": declaration.version,
                "state": declaration.state,
                "goods_state": declaration.goods_state,
                **body,
            },
            concerns=queries.concerned(declaration),
            legal_time=legal_time,
        )

    def state(self, declaration: Declaration, reference: Reference, at: datetime) -> None:
        """Announce the state in which a declaration is, with its WCO code."""
        kind = events.OF_STATE.get(declaration.state)
        if kind is not None:
            code = DECLARATION_STATES[declaration.state]
            self.fact(declaration, kind, legal_time=at, code=code, reference=reference.hash)

    def done(self, declaration: Declaration) -> Done:
        """Return the act."""
        subject = events.subject(declaration.mrn, declaration.pk)
        return Done(self.doing.actor, subject, self.doing.announcements)


def look_up_history(cursor: Any, pieces: Sequence[Piece], reference: Reference) -> None:
    """Give lodgements their parties' history; of a year, what others than themselves have used."""
    lodgements = [one.lodgement for one in pieces if one.lodgement]
    gathering.look_up_history(cursor, lodgements, reference)
    quota_draws.ask(pieces, reference)
    for piece in pieces:
        seen, lodgement = piece.seen, piece.lodgement
        assert lodgement is not None
        values = tuple(item.value for item in queries.items(seen.declaration))
        rules = assessed.rules_found(seen.declaration.pk)
        used = yearly.use_of(seen.former, values, rules, reference)
        piece.seen = msgspec.structs.replace(seen, values=values, used=used)
        before = lodgement.features.get("buyer_value_year")
        year = date_of(lodgement.observed_on or 0).year
        if used is None or (used.buyer, used.year) != (buyer_of(lodgement), year):
            continue
        if isinstance(before, int):
            lodgement.features = {**lodgement.features, "buyer_value_year": before - used.amount}


def count(cursor: Any, pieces: Sequence[Piece], reference: Reference) -> None:
    """Let the parties' history hold the versions written in place of those before; call it last."""
    for piece in pieces:
        lodgement, decision, seen = piece.lodgement, piece.decision, piece.seen
        assert lodgement is not None
        assert decision is not None
        now = Accepted(lodgement, [one.value for one in decision.values], reference.exponent)
        before = Accepted(seen.former, seen.values, reference.exponent)
        record_many(cursor, [now], lodgement.observed_on or 0, taken_back=[before])


def channels(pieces: Sequence[Piece]) -> dict[int, str]:
    """Return the channel that selected each declaration's lane last, by its row number."""
    wanted = [piece.seen.declaration.pk for piece in pieces]
    rows = Assessment.objects.filter(declaration__in=wanted, lane__isnull=False)
    return dict(rows.order_by("id").values_list("declaration", "channel"))
