"""Who holds the ball: who has to do something now, what, and until when.

Asked for one declaration at a time, by its page and by the API. What is told is what its trader
may know: no officer's name, no note, no reason of a control.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, time, timedelta
from typing import Any, Final, Literal
from zoneinfo import ZoneInfo

import msgspec

from clearway.audit import clock
from clearway.cargo.models import TransportDocument
from clearway.clearance import queries
from clearway.clearance.models import Hold
from clearway.declarations import events
from clearway.declarations.kinds import EXPORT
from clearway.declarations.life_cycle import BEFORE_RELEASE
from clearway.declarations.models import Declaration
from clearway.declarations.queries import documents, open_request, simplified
from clearway.events import queries as news
from clearway.inspection import queries as inspection
from clearway.payments import queries as payments
from clearway.permits import queries as permits
from clearway.reference.in_force import reference_at
from clearway.vocabulary.dates import date_of, days_of

Holder = Literal["trader", "carrier", "customs", "agency", "bank", "terminal"]
What = Literal[
    "report_cargo", "bring_goods", "give_documents", "check_documents", "control_goods",
    "decide_request", "lift_hold", "decide_permit", "get_permit", "pay", "settle_payment",
    "inspect", "release", "collect", "load", "confirm_exit", "prove_exit", "complete", "amend",
    "notify_audit", "begin_audit", "draft_audit", "answer_audit", "close_hearing", "decide_audit",
    "confirm_correction", "admit_appeal", "hear_appeal", "decide_appeal", "decide_claim",
]  # fmt: skip
_MOST_EVENTS: Final = 200
_BY_STATE: Final[dict[str, What]] = {
    "documents_requested": "check_documents",
    "under_control": "control_goods",
}


class Ball(msgspec.Struct, frozen=True):
    """One thing that is to be done: by whom (``about`` is the office's or agency's code), what.

    ``since`` is when it fell to him, ``due`` until when it is to be done; absent where the law
    sets no time or nobody knows.
    """

    holder: Holder
    what: What
    about: str = ""
    since: datetime | None = None
    due: datetime | None = None


def balls(declaration: Declaration, holds: Sequence[Hold] | None = None) -> list[Ball]:
    """Return all that is to be done about a declaration now, what stops it first of all first.

    Several may hold a ball at once: a trader pays while an agency decides. Empty: nobody has to
    do anything any more.

    Args:
        declaration: as it stands.
        holds: the open holds on its goods, where they are known already.
    """
    known = queries.holds_on(declaration) if holds is None else holds
    return list(dict.fromkeys(_balls(declaration, known)))


def at_a_glance(declaration: Declaration) -> Ball | None:
    """Return who holds the ball by a declaration's states alone, for lists: nothing is asked."""
    state, goods = declaration.state, declaration.goods_state
    if goods in {"held", "recalled"}:
        return Ball("customs", "lift_hold", declaration.office)
    if state in _BY_STATE:
        return Ball("customs", _BY_STATE[state], declaration.office)
    if state in {"accepted", "assessed", "received"} and goods in {"unmatched", "reported"}:
        return Ball("carrier", "report_cargo" if goods == "unmatched" else "bring_goods")
    if state in {"assessed", "released"} and declaration.debt_state in {"assessed", "adjusted"}:
        return Ball("trader", "pay")
    if state == "assessed":
        return Ball("customs", "release", declaration.office)
    if state in {"released", "cleared"}:
        return _of_goods(declaration)
    return None


def _of_goods(declaration: Declaration) -> Ball | None:
    if declaration.goods_state == "released":
        export = declaration.direction == EXPORT
        return Ball("trader", "bring_goods" if export else "collect")
    if declaration.goods_state in {"gated_in", "loaded"}:
        return Ball("terminal", "load")
    return None


def _balls(declaration: Declaration, holds: Sequence[Hold]) -> Iterator[Ball]:
    if open_request(declaration) is not None:
        yield Ball("customs", "decide_request", declaration.office)
    yield from (_of_hold(hold) for hold in holds)
    if declaration.state in BEFORE_RELEASE:
        yield from _before_release(declaration)
    elif declaration.state in {"released", "cleared"}:
        yield from _after_release(declaration)


def _of_hold(hold: Hold) -> Ball:
    holder: Holder = "agency" if hold.by_agency else "customs"
    return Ball(holder, "lift_hold", hold.owner, hold.placed_at)


def _before_release(declaration: Declaration) -> Iterator[Ball]:
    others = [*_of_lane(declaration)]
    if declaration.state != "received":
        others += _of_permits(declaration)
        if declaration.debt_state != "secured":
            others += _of_debt(declaration)
    others += _of_cargo(declaration)
    yield from others
    if declaration.state == "assessed" and _is_here(declaration) and not others:
        yield Ball("customs", "release", declaration.office)


def _is_here(declaration: Declaration) -> bool:
    return declaration.goods_state in {"none", "arrived", "presented", "held"}


def _of_lane(declaration: Declaration) -> Iterator[Ball]:
    if declaration.state == "documents_requested":
        asked = _asked_at(declaration)
        given = documents(declaration).order_by("-attached_at").first()
        if asked is not None and (given is None or given.attached_at < asked):
            yield Ball("trader", "give_documents", since=asked)
        else:
            yield Ball("customs", "check_documents", declaration.office, asked)
    looks = list(inspection.still_open(declaration.pk))
    for look in looks:
        yield Ball("customs", "inspect", declaration.office, look.ordered_at, look.due_at)
    if declaration.state == "under_control" and not looks:
        yield Ball("customs", "control_goods", declaration.office)


def _asked_at(declaration: Declaration) -> datetime | None:
    """Return when an officer asked for documents last; nothing where the lane itself asks."""
    subject = events.subject(declaration.mrn, declaration.pk)
    told = news.history(subject, news.START, _MOST_EVENTS)
    asked = [one for one in told if one.kind == events.DOCUMENTS_REQUESTED]
    return asked[-1].legal_time if asked and asked[-1].data.get("wanted") else None


def _of_permits(declaration: Declaration) -> Iterator[Ball]:
    joint = permits.joint_status(declaration.pk)
    if joint.satisfied:
        return
    words = dict(joint.agencies)
    for agency in sorted(words):
        if words[agency] == "pending":
            yield Ball("agency", "decide_permit", agency)
        elif words[agency] in {"hold", "refused"}:
            yield Ball("trader", "get_permit", agency)


def _of_debt(declaration: Declaration) -> Iterator[Ball]:
    if declaration.debt_state in {"assessed", "adjusted", "secured"}:
        asked, waits = payments.chased(declaration.pk)
        if waits and not asked:
            return  # its collection waits for somebody else, who is told of elsewhere
        due = min((notice.due for notice in asked), default=None)
        since = min((notice.issued_at for notice in asked), default=None)
        if asked or declaration.debt_state != "secured":
            until = None if due is None else _end_of_day(days_of(due))
            yield Ball("trader", "pay", "", since, until)


def _of_cargo(declaration: Declaration) -> Iterator[Ball]:
    if declaration.goods_state == "unmatched":
        yield Ball("carrier", "report_cargo")
    elif declaration.goods_state == "reported":
        document = _document(declaration)
        journey = _journey(document)
        yield Ball("carrier", "bring_goods", due=journey.expected_at if journey else None)


def _after_release(declaration: Declaration) -> Iterator[Ball]:
    if declaration.direction == EXPORT:
        yield from _of_exit(declaration)
    elif declaration.goods_state == "released":
        document = _document(declaration)
        due = document.due_at if document else None
        yield Ball("trader", "collect", since=declaration.released_at, due=due)
    yield from _of_debt(declaration)
    if declaration.supplementary_due is not None and _is_incomplete(declaration):
        due = _end_of_day(declaration.supplementary_due)
        yield Ball("trader", "complete", due=due)


def _is_incomplete(declaration: Declaration) -> bool:
    """Tell whether a released simplified declaration still waits for its supplementary one."""
    mrn = declaration.mrn or ""
    found = simplified([mrn]).get(mrn)
    return declaration.state == "released" and not (found is not None and found.supplemented)


def _of_exit(declaration: Declaration) -> Iterator[Ball]:
    way = queries.open_exit(declaration)
    if way is None:
        return
    if way.enquired_at is not None:
        yield Ball("trader", "prove_exit", "", way.enquired_at, way.answer_due_at)
    elif declaration.goods_state == "departed":
        yield Ball("customs", "confirm_exit", declaration.office, way.departed_at)
    elif declaration.goods_state == "released":
        yield Ball("trader", "bring_goods", since=declaration.released_at, due=way.due_at)
    else:
        yield Ball("terminal", "load", "", way.gated_in_at, way.due_at)


def _document(declaration: Declaration) -> TransportDocument | None:
    if not declaration.transport_document:
        return None
    rows = TransportDocument.objects.filter(key=declaration.transport_document)
    rows = rows.exclude(state="cancelled").select_related("conveyance", "master__conveyance")
    return rows.first()


def _end_of_day(day: int) -> datetime:
    """Return the end of a day of the border, in UTC."""
    zone = ZoneInfo(reference_at(clock.now()).time_zone)
    after = datetime.combine(date_of(day) + timedelta(days=1), time(), zone)
    return after.astimezone(UTC)


def _journey(document: TransportDocument | None) -> Any:
    if document is None:
        return None
    return document.conveyance or (document.master.conveyance if document.master else None)
