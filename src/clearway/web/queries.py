"""Every read of the room.

What the status page reads are counts and ages, no trade data, so that anybody may see them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db.models import Count, QuerySet

from clearway.accounts.ready import READY
from clearway.audit.models import Checkpoint, Entry
from clearway.audit.queries import newest_checkpoint
from clearway.cargo import queries as cargo
from clearway.declarations.models import Declaration
from clearway.intake.models import Alarm, Quarantined
from clearway.kernel.decisions import Lane
from clearway.reference.models import PublishedPack
from clearway.vocabulary.clock import microseconds
from clearway.web.models import Draft, SavedView, Seen

MOST_ALARMS = 8
_LOOKED_THROUGH = 20


@dataclass(frozen=True)
class Flow:
    """How many declarations came in a span of time, and what became of them until now."""

    lodged: int = 0
    rejected: int = 0
    ahead: int = 0
    """Lodged ahead of the goods: received, and not accepted before they are presented."""
    lanes: dict[Lane, int] = field(default_factory=dict)

    @property
    def accepted(self) -> int:
        """Those that were accepted, whatever became of them since."""
        return self.lodged - self.rejected - self.ahead


@dataclass(frozen=True)
class Record:
    """How the record stands."""

    outbox: int
    quarantined: int
    alarms: Sequence[Alarm]
    checkpoint: Checkpoint | None
    pack: PublishedPack | None


def flow(until: datetime, span: timedelta) -> Flow:
    """Return what came in the span of time that ends at an instant."""
    rows = (
        Declaration.objects.filter(
            received_at__gt=microseconds(until - span), received_at__lte=microseconds(until)
        )
        .order_by()
        .values_list("state", "lane")
        .annotate(number=Count("id"))
    )
    lanes = dict.fromkeys(Lane, 0)
    states: dict[str, int] = {}
    for state, lane, number in rows:
        states[state] = states.get(state, 0) + number
        if lane is not None:
            lanes[Lane(lane)] += number
    return Flow(
        lodged=sum(states.values()),
        rejected=states.get("rejected", 0),
        ahead=states.get("received", 0),
        lanes=lanes,
    )


def record(now: datetime) -> Record:
    """Return how the record stands at an instant."""
    packs = PublishedPack.objects.filter(state="approved", valid_from__lte=microseconds(now))
    alarms = Alarm.objects.filter(acknowledged_at=None).order_by("first_at", "id")
    return Record(
        outbox=Entry.objects.filter(position=None).count(),
        quarantined=Quarantined.objects.filter(state="held").count(),
        alarms=list(alarms[:MOST_ALARMS]),
        checkpoint=newest_checkpoint(),
        pack=packs.order_by("-valid_from").first(),
    )


def saved_views(user: int, page: str) -> QuerySet[SavedView]:
    """Return the views of a list that a person keeps."""
    return SavedView.objects.filter(user=user, page=page).order_by("name")


def seen_until(user: int) -> int:
    """Return up to which position of the news a person has looked; -1 before the first time."""
    found = Seen.objects.filter(user=user).values_list("position", flat=True).first()
    return -1 if found is None else found


@dataclass(frozen=True)
class Consignment:
    """A consignment of the demonstration's ready trader, with what its carrier reported of it.

    ``carrier`` is the name of one of ``READY``; ``conveyance`` and ``document`` are row numbers.
    """

    declaration: Declaration
    document: int
    conveyance: int
    carrier: str


def shown_consignment(mrn: str = "") -> Consignment | None:
    """Return the ready trader's consignment of an MRN, or the newest one that has a lane.

    Where it came on a ready carrier's conveyance; none before the border has brought one.
    """
    carriers = {each.identifier: each.name for each in READY if each.kind == "carrier"}
    trader = next(each.identifier for each in READY if each.name == "trader")
    rows = Declaration.objects.filter(declarant=trader, lane__isnull=False).exclude(
        transport_document=""
    )
    wanted = [*rows.filter(mrn=mrn)] if mrn else []
    for declaration in [*wanted, *rows.order_by("-id")[:_LOOKED_THROUGH]]:
        document = cargo.documents(cargo.by_number(declaration.transport_document)).first()
        if document is None:
            continue
        master = document.master
        conveyance = document.conveyance or (None if master is None else master.conveyance)
        if conveyance is not None and conveyance.carrier in carriers:
            carrier = carriers[conveyance.carrier]
            return Consignment(declaration, document.pk, conveyance.pk, carrier)
    return None


def drafts(organisation: int) -> QuerySet[Draft]:
    """Return the drafts of an organisation that are not lodged, without their content."""
    return Draft.objects.filter(organisation=organisation, lodged="").defer("answers")


def draft(organisation: int, number: int) -> Draft | None:
    """Return a draft of an organisation."""
    if not 0 < number < 2**63:
        return None
    return Draft.objects.filter(organisation=organisation, pk=number).first()


def lrn_is_used(declarant: str, lrn: str) -> bool:
    """Tell whether a declarant has used a reference; a rejected declaration uses it, too."""
    return Declaration.objects.filter(declarant=declarant, lrn=lrn).exists()
