"""Where the people of an organisation begin: what needs them first, how theirs stands, the news."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any, Final, NamedTuple

from django.db.models import Q
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse
from django.views.decorators.http import require_safe

from clearway.accounts.permission import TRADE
from clearway.audit import clock
from clearway.audit.actor import Actor, Role
from clearway.cargo import overview as cargo
from clearway.cargo.access import OPERATIONS as CARGO
from clearway.clearance.standing import at_a_glance
from clearway.declarations import overview
from clearway.declarations.access import OPERATIONS as DECLARATIONS
from clearway.declarations.life_cycle import DECLARATION_STATES
from clearway.declarations.models import Declaration
from clearway.declarations.overview import Row, Standing
from clearway.declarations.rules import local_day
from clearway.events import queries as news
from clearway.events.access import OPERATIONS
from clearway.intake.access import jobs_of
from clearway.kernel.decisions import Lane
from clearway.permits import queries as permits
from clearway.reference.in_force import reference_at
from clearway.traders import access as traders
from clearway.vocabulary.clock import microseconds
from clearway.vocabulary.dates import date_of
from clearway.vocabulary.errors import StateForbids
from clearway.web import navigation
from clearway.web.cargo import overview as waiting
from clearway.web.record.lists import address_of
from clearway.web.record.notifications import notice
from clearway.web.traders.files import WRONG, wrong_in
from clearway.web.visitors import page, see_other

OF_EACH: Final = 3
LATEST: Final = 8
LATELY: Final = timedelta(days=7)
LOOK_THROUGH: Final = 5_000
"""Events of all that are looked through for an organisation's own."""
_LODGES: Final = frozenset({Role.TRADER, Role.BROKER, Role.PLATFORM})
_HANDLES_CARGO: Final = frozenset({Role.CARRIER, Role.TERMINAL})
_GRAVE: Final = frozenset(
    {"documents_requested", "rejected", "supplementary_late", "permit_lacking"}
)
_LISTS: Final = {
    "documents_requested": ("declarations", "state=documents_requested"),
    "rejected": ("declarations", "state=rejected"),
    "supplementary": ("declarations", "kind=simplified"),
    "supplementary_late": ("declarations", "kind=simplified"),
    "unmatched": ("declarations", "goods_state=unmatched"),
    "file": ("files", "with_errors=yes"),
    "request_granted": ("requests", "request_state=granted"),
    "request_refused": ("requests", "request_state=refused"),
    "mandate": ("mandates", "mandate_state=asked"),
    "permit_question": ("applications", ""),
}
"""The list of all needs of a kind: the name of its page and its filters."""


class Need(NamedTuple):
    """Something that needs the reader: the key of what it is, its number, its page, by when."""

    kind: str
    number: str
    address: str
    what: str = ""
    at: Any = None
    due: Any = None
    rows: int | None = None


class Group(NamedTuple):
    """Needs of one kind: the first of them, and the list of all where there is one."""

    kind: str
    needs: list[Need]
    address: str

    @property
    def grave(self) -> bool:
        """Whether goods stand still until it is done."""
        return self.kind in _GRAVE


@require_safe
@page("listEvents", OPERATIONS)
def dashboard(request: HttpRequest, actor: Actor) -> HttpResponseBase:
    """Show what concerns one's organisation now; officials begin elsewhere."""
    if not actor.has(*TRADE):
        return see_other(navigation.home(actor))
    lodges, handles = actor.has(*_LODGES), actor.has(*_HANDLES_CARGO)
    context: dict[str, Any] = {"lodges": lodges, "handles": handles, "lodge": address("new_draft")}
    needs: list[Need] = []
    if lodges and actor.has(*DECLARATIONS["listDeclarations"]):
        more, told = _declarations(actor, overview.standing(actor.organisation))
        needs += more
        context |= told
    if handles and actor.has(*CARGO["listTransportDocuments"]):
        more, told = _cargo(actor)
        needs += more
        context |= told
    needs += _asked_of_us(actor)
    told_lately = news.concerning(actor.organisation, LATEST, LOOK_THROUGH)
    context |= {
        "groups": _grouped(needs),
        "news": [notice(each, -1, actor) for each in told_lately],
    }
    part = request.GET.get("part") == "now"
    template = "web/traders/dashboard_now.html" if part else "web/traders/dashboard.html"
    return render(request, template, context)


def _grouped(needs: list[Need]) -> list[Group]:
    """Return needs by kind, those first for which goods stand still."""
    found: dict[str, list[Need]] = {}
    for one in needs:
        found.setdefault(one.kind, []).append(one)
    groups = []
    for kind, some in found.items():
        name, query = _LISTS.get(kind, ("", ""))
        groups.append(Group(kind, some, f"{address(name)}?{query}" if name else ""))
    return sorted(groups, key=lambda group: not group.grave)


def address(name: str, *parts: Any) -> str:
    """Return the address of a page; empty where the installation has no such page."""
    try:
        return reverse(name, args=parts)
    except NoReverseMatch:
        return ""


def _counted(standing: Standing, found: Mapping[int, Declaration]) -> dict[str, Any]:
    at = reverse("declarations")
    states = standing.tally(lambda row: row.state)
    lanes = standing.tally(lambda row: row.lane)
    return {
        "standing": standing,
        "states": [
            (state, states[state], f"{at}?state={state}")
            for state in DECLARATION_STATES
            if state in states
        ],
        "lanes": [
            (lane, lanes[int(lane)], f"{at}?lane={lane.name}")
            for lane in Lane
            if int(lane) in lanes
        ],
        "unmatched": len(standing.unmatched()),
        "latest": [
            (found[row.id], address_of(found[row.id]), at_a_glance(found[row.id]))
            for row in standing.rows[:LATEST]
        ],
    }


def _declarations(actor: Actor, standing: Standing) -> tuple[list[Need], dict[str, Any]]:
    """Return what needs the people who lodge, a few of each kind, and how theirs stand."""
    now = clock.now()
    lately, today = microseconds(now - LATELY), _today(now)
    picked: list[tuple[str, Row]] = []
    for state in ("documents_requested", "rejected"):
        rows = [row for row in standing.rows if row.state == state]
        recent = [row for row in rows if state != "rejected" or row.received_at >= lately]
        picked += [(state, row) for row in recent[:OF_EACH]]
    for row in overview.to_supplement(standing)[:OF_EACH]:
        late = today is not None and (row.supplementary_due or 0) < today
        picked.append(("supplementary_late" if late else "supplementary", row))
    picked += [("unmatched", row) for row in standing.unmatched()[:OF_EACH]]
    wanted = {row.id for _, row in picked} | {row.id for row in standing.rows[:LATEST]}
    found = overview.declarations(wanted)
    needs = [_need(kind, found[row.id]) for kind, row in picked]
    needs += _permits(actor, now)
    return [*needs, *_decided(actor, now)], _counted(standing, found)


def _need(kind: str, row: Declaration) -> Need:
    due = row.supplementary_due if kind.startswith("supplementary") else None
    return Need(
        kind,
        row.mrn or row.lrn,
        address_of(row),
        what=row.lrn,
        at=row.received_at,
        due=None if due is None else date_of(due),
    )


def _permits(actor: Actor, now: datetime) -> Iterator[Need]:
    """Give what agencies ask, and declarations that lack a permit or had one refused."""
    for case in permits.asked_of(actor.organisation)[:OF_EACH]:
        at = address("application", case.application_id)
        yield Need(
            "permit_question", case.application.reference, at, what=case.agency,
            due=None if case.due_at is None else date_of(local_day(case.due_at, reference_at(now))),
        )  # fmt: skip
    unmet = list(permits.unmet_of(actor.organisation)[:OF_EACH])
    mrns = permits.mrns(unmet)
    for need in unmet:
        mrn = mrns.get(need.declaration, "")
        at = address("declaration", mrn)
        yield Need("permit_lacking", mrn, at, what=f"{need.agency} {need.requirement}", at=need.at)


def _decided(actor: Actor, now: datetime) -> Iterator[Need]:
    """Give files that have wrong rows, and requests that officers decided."""
    for job in (
        jobs_of(actor).filter(WRONG, finished_at__gte=now - LATELY).order_by("-id")[:OF_EACH]
    ):
        at = reverse("file", args=[job.pk])
        yield Need("file", job.name or str(job.pk), at, at=job.finished_at, rows=wrong_in(job))
    for one in overview.decided_requests(actor.organisation, now - LATELY)[:OF_EACH]:
        number = one.declaration.mrn or one.declaration.lrn
        at = address_of(one.declaration)
        yield Need(f"request_{one.state}", number, at, what=one.decision_reason, at=one.decided_at)


def _today(now: Any) -> int | None:
    try:
        return local_day(now, reference_at(now))
    except StateForbids:  # before any law is published nothing is due
        return None


def _asked_of_us(actor: Actor) -> Iterator[Need]:
    """Give the mandates that agents ask of the organisation."""
    if actor.has(*traders.OPERATIONS["answerMandate"]):
        rows = traders.visible_mandates(actor).filter(
            principal_id=actor.organisation, state="asked"
        )
        for row in rows.order_by("-id")[:OF_EACH]:
            at = reverse("mandate", args=[row.pk])
            yield Need("mandate", row.agent.name, at, at=row.changed_at)


def _cargo(actor: Actor) -> tuple[list[Need], dict[str, Any]]:
    """Return what needs carriers and terminals, and how what they reported or handle stands."""
    terminal = actor.has(Role.TERMINAL)
    condition = Q() if terminal else Q(organisation=actor.organisation)
    needs = [
        Need(f"cargo_{row.state}", row.number, address("document", row.pk), what=row.description)
        for row in cargo.calling(condition)[:LATEST]
    ]
    expected = [(row, address("conveyance", row.pk)) for row in cargo.expected(condition)[:LATEST]]
    return needs, {
        "waiting": waiting.overview(actor),
        "expected": expected,
        "conveyances": address("conveyances"),
    }
