"""Where the people of an organisation begin: what needs them first, how theirs stands, the news."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
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
from clearway.declarations import overview as declarations
from clearway.declarations.access import OPERATIONS as DECLARATIONS
from clearway.declarations.life_cycle import DECLARATION_STATES
from clearway.declarations.models import Declaration
from clearway.declarations.rules import local_day
from clearway.events import queries as news
from clearway.events.access import OPERATIONS
from clearway.intake.access import jobs_of
from clearway.kernel.decisions import Lane
from clearway.reference.in_force import reference_at
from clearway.traders import access as traders
from clearway.vocabulary.dates import date_of
from clearway.vocabulary.errors import StateForbids
from clearway.web import navigation
from clearway.web.record.lists import address_of
from clearway.web.record.notifications import notice
from clearway.web.traders.files import wrong_in
from clearway.web.visitors import page, see_other

OF_EACH: Final = 3
LATEST: Final = 8
LATELY: Final = timedelta(days=7)
LOOK_THROUGH: Final = 5_000
"""Events of all that are looked through for an organisation's own."""
_LODGES: Final = frozenset({Role.TRADER, Role.BROKER, Role.PLATFORM})
_HANDLES_CARGO: Final = frozenset({Role.CARRIER, Role.TERMINAL})
_GRAVE: Final = frozenset({"documents_requested", "rejected", "supplementary_late"})
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
    context: dict[str, Any] = {"lodges": lodges, "handles": handles, "lodge": address("lodge")}
    needs: list[Need] = []
    if lodges and actor.has(*DECLARATIONS["listDeclarations"]):
        standing = declarations.standing(actor.organisation)
        needs += _declarations(actor, standing)
        context |= _counted(actor, standing)
    if handles and actor.has(*CARGO["listTransportDocuments"]):
        more, told = _cargo(actor)
        needs += more
        context |= told
    needs += _asked_of_us(actor)
    told_lately = news.concerning(actor.organisation, LATEST, LOOK_THROUGH)
    context |= {
        "groups": _grouped(needs),
        "news": [notice(each, -1) for each in told_lately],
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


def _counted(actor: Actor, standing: declarations.Standing) -> dict[str, Any]:
    at = reverse("declarations")
    return {
        "standing": standing,
        "states": [
            (state, standing.states[state], f"{at}?state={state}")
            for state in DECLARATION_STATES
            if state in standing.states
        ],
        "lanes": [
            (lane, standing.lanes[int(lane)], f"{at}?lane={lane.name}")
            for lane in Lane
            if int(lane) in standing.lanes
        ],
        "unmatched": standing.goods.get("unmatched", 0),
        "latest": [
            (row, address_of(row)) for row in declarations.latest(actor.organisation)[:LATEST]
        ],
    }


def _declarations(actor: Actor, standing: declarations.Standing) -> Iterator[Need]:
    """Give what needs the people who lodge, each kind in few rows."""
    own, now = actor.organisation, clock.now()
    rows = declarations.latest(own, standing.first)
    if standing.states.get("documents_requested"):
        for row in rows.filter(state="documents_requested")[:OF_EACH]:
            yield _need("documents_requested", row)
    if standing.states.get("rejected"):
        recent = rows.filter(state="rejected", received_at__gte=now - LATELY)
        for row in recent[:OF_EACH]:
            yield _need("rejected", row)
    today = _today(now)
    for row in declarations.to_supplement(own, standing.first)[:OF_EACH]:
        due = row.supplementary_due or 0
        late = today is not None and due < today
        yield _need("supplementary_late" if late else "supplementary", row, due=date_of(due))
    if standing.goods.get("unmatched"):
        for row in rows.filter(goods_state="unmatched", state__in=_WAITING)[:OF_EACH]:
            yield _need("unmatched", row)
    for job in (
        jobs_of(actor).filter(_WRONG, finished_at__gte=now - LATELY).order_by("-id")[:OF_EACH]
    ):
        number = job.name or str(job.pk)
        at = reverse("file", args=[job.pk])
        yield Need("file", number, at, at=job.finished_at, rows=wrong_in(job))
    for one in declarations.decided_requests(own, now - LATELY)[:OF_EACH]:
        kind = f"request_{one.state}"
        number = one.declaration.mrn or one.declaration.lrn
        at = address_of(one.declaration)
        yield Need(kind, number, at, what=one.decision_reason, at=one.decided_at)


_WAITING: Final = ("accepted", "under_control", "documents_requested", "assessed")
_WRONG: Final = Q(rejected__gt=0) | Q(unreadable__gt=0) | Q(quarantined__gt=0)


def _need(kind: str, row: Declaration, **more: Any) -> Need:
    return Need(kind, row.mrn or row.lrn, address_of(row), what=row.lrn, at=row.received_at, **more)


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
    standing = cargo.standing(condition)
    needs = [
        Need(f"cargo_{row.state}", row.number, address("document", row.pk), what=row.description)
        for row in cargo.calling(condition, standing.first)[:LATEST]
    ]
    expected = [(row, address("conveyance", row.pk)) for row in cargo.expected(condition)[:LATEST]]
    return needs, {
        "cargo_states": sorted(standing.states.items()),
        "expected": expected,
        "conveyances": address("conveyances"),
    }
