"""The border on which the machine acts: its people, its line, and the news told at once.

Everything is done by the rooms' own services; nothing goes through HTTP. What the platform's
dispatcher does in a thread of its own is done here after each act, in the order of the events,
until there is no news left: what is done automatically is part of the verdict.
"""

from __future__ import annotations

from concurrent.futures import Future
from contextlib import AbstractContextManager
from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace
from unittest import mock

from django.conf import settings
from django.db import connection, transaction

from clearway.accounts.models import Membership, User
from clearway.audit.actor import Actor, Role
from clearway.cargo import conveying, queries, service
from clearway.cargo.models import TransportDocument
from clearway.cargo.reports import ContainerReport, ConveyanceReport, DocumentReport
from clearway.events.models import Event
from clearway.events.queries import Place, Told
from clearway.gate import opening
from clearway.intake import running
from clearway.intake.assembling import Assembly
from clearway.intake.counters import Counters
from clearway.intake.purposes import PURPOSES
from clearway.intake.submission import JSON, Answer, Piece, Submission
from clearway.payments.models import Guarantee
from clearway.permits.models import Permit
from clearway.proving.lifecycle.messages import OFFICE, PACKAGES, TRADER, WHEAT_TAKES
from clearway.reference import in_force
from clearway.reference.service import publish_first
from clearway.risk.profiles import in_force as profiles
from clearway.site.subscriptions import SUBSCRIPTIONS
from clearway.traders.seeding import seed_demo
from clearway.vocabulary.clock import SimulatedClock
from clearway.vocabulary.errors import DefectFound

MORNING = datetime(2026, 3, 3, 9, 15, tzinfo=UTC)
UNTIL = date(2026, 4, 1)
"""The first day on which the permit is good no longer; the last one of the guarantee."""
_KILO = 1_000_000
_ROUNDS = 40
_SWEPT_AFTER = 100
PERMITTED = 2
"""How many declarations of wheat the permit is enough for."""
GUARANTEE = "26XPGRN1"
"""A guarantee of the trader's that is enough for whatever he owes."""


class _Line:
    """The intake line's own assembly, in the caller's transaction instead of a thread's."""

    running, depth, capacity = True, 0, 50

    def __init__(self) -> None:
        self._assembly = Assembly(profiles.reference_at, Counters(), PURPOSES)

    def submit(self, submission: Submission) -> Future[Answer]:
        future: Future[Answer] = Future()
        piece = Piece(submission, submission.digest(), [future])
        again = [piece]
        for _ in range(4):
            again = list(self._assembly.run(again))
            if not again:
                break
        if piece.answer is None:
            raise DefectFound("The line gave no answer.")
        piece.give(piece.answer)
        return future


class Scene:
    """A migrated database with the demonstration's law and people; made once in a process."""

    def __init__(self) -> None:
        settings.CLOCK = self.clock = SimulatedClock(MORNING)
        publish_first("portolan")
        actors = seed_demo()
        customs = actors["officer"].organisation
        self.people = SimpleNamespace(
            ann=_officer(customs, "ann@customs.example"),
            ben=_officer(customs, "ben@customs.example"),
            chief=_officer(customs, "chief@customs.example", Role.SUPERVISOR),
            far=actors["officer2"],
            supervisor=actors["supervisor"],
            plants=actors["agency"],
            animals=actors["agency2"],
            trader=actors["trader"],
            stranger=actors["trader2"],
            carrier=actors["carrier"],
            terminal=actors["terminal"],
            cashier=actors["cashier"],
        )
        Permit.objects.create(
            number="PHI26000001", agency="PHI", requirement="PHI-03", document="N851",
            holder=TRADER, commodities="1001", unit="KGM",
            quantity=PERMITTED * WHEAT_TAKES * _KILO, valid_from=date(2026, 1, 1),
            valid_to=UNTIL, granted_by="user:0", granted_at=MORNING,
        )  # fmt: skip
        Guarantee.objects.create(
            number=GUARANTEE, holder=TRADER, currency="XPR", reference_amount=10**12,
            valid_from=date(2026, 1, 1), valid_to=UNTIL, kind="general",
            guarantor="Bank of Cartouche", entered_by="user:0", entered_at=MORNING,
        )  # fmt: skip
        self.gate = opening.open_gate(self.people.terminal, "G1")
        self.gate_elsewhere = opening.open_gate(self.people.carrier, "G1")
        in_force.forget()
        profiles.forget()
        self.line = _Line()
        self._numbers = _sequences()
        self._begun = 0
        self._whole: AbstractContextManager[None] | None = None
        self._reached = 0

    def actor(self, who: str) -> Actor:
        """Return one of the people by his name in the machine."""
        found: Actor = getattr(self.people, who)
        return found

    def begin(self) -> None:
        """Begin a run: a transaction that will be undone, at the same hour, with same numbers."""
        settings.CLOCK = self.clock = SimulatedClock(MORNING)
        self._sweep()
        self._whole = transaction.atomic()
        self._whole.__enter__()
        if self._numbers:
            places = ", ".join(["(%s, %s)"] * len(self._numbers))
            back = f"SELECT setval(name, value) FROM (VALUES {places}) AS were (name, value)"  # noqa: S608
            with connection.cursor() as cursor:
                cursor.execute(back, [each for one in self._numbers for each in one])
        self._reached = _newest_event()

    def end(self) -> None:
        """Undo a run."""
        if self._whole is not None:
            transaction.set_rollback(True)
            self._whole.__exit__(None, None, None)
            self._whole = None

    def _sweep(self) -> None:
        """Clear away what runs that were undone left behind: PostgreSQL keeps it until then."""
        self._begun += 1
        if self._begun % _SWEPT_AFTER == 0 and connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("VACUUM")

    def pass_minutes(self, minutes: int) -> None:
        """Let the clock go on."""
        self.clock.advance(self.clock.now() + timedelta(minutes=minutes))

    def submit(self, purpose: str, body: bytes = b"", mrn: str = "", reason: str = "") -> Answer:
        """Send something of the trader's through the line: lodge, amend or present."""
        return self.line.submit(
            Submission(
                actor=self.people.trader, door="api", media_type=JSON if body else "", body=body,
                received_at=settings.CLOCK.now(), purpose=purpose, declaration=mrn, reason=reason,
            )
        ).result(0)  # fmt: skip

    def report(self, number: str, box: str = "") -> None:
        """Report a transport document of ten packages, on a conveyance of its own.

        Args:
            number: its number.
            box: the container that its goods are in; none where empty.
        """
        carrier, now = self.people.carrier, settings.CLOCK.now()
        reference = f"{number}-{now:%H%M%S}"
        journey = conveying.report(
            carrier,
            ConveyanceReport(
                reference=reference, mode="1", carrier=carrier.identifier, place="XPLOD",
                expected_at=now + timedelta(days=1), means="9074729", journey="026W",
            ),
        )  # fmt: skip
        told = DocumentReport(
            number=number, conveyance=journey.pk, consignor_name="Gulf Plastics Inc",
            consignor_address="1 Main Street, Houston, US", consignee=TRADER,
            consignee_name="Atlas Trading SA", description="Cable ties of nylon",
            package_type="CT", packages=PACKAGES, gross_mass=100 * _KILO,
            containers=(ContainerReport(number=box),) if box else (),
        )  # fmt: skip
        service.report_document(carrier, told)

    def document(self, number: str) -> TransportDocument | None:
        """Return the live transport document of a number."""
        return queries.live_document(number)

    def arrive(self, number: str) -> None:
        """Let the conveyance of a reported document arrive."""
        found = self.document(number)
        if found is None or found.conveyance is None:
            raise DefectFound("What was reported is not there.")
        conveying.arrive(self.people.carrier, found.conveyance, settings.CLOCK.now())

    def tell(self) -> None:
        """Tell every consumer the news, in order, until there is none."""
        for _ in range(_ROUNDS):
            if _newest_event() == self._reached:
                return
            rows = Event.objects.filter(id__gt=self._reached).order_by("id")
            news = [_told(row) for row in rows]
            self._reached = news[-1].id
            for consumer in SUBSCRIPTIONS:
                if consumer.name != "webhooks":
                    for one in consumer.wanted(news):
                        consumer.handle(one)
        raise DefectFound("The news do not come to rest.")

    def standing(self) -> AbstractContextManager[object]:
        """Let whoever asks for the process's line get this scene's."""
        return mock.patch.object(running, "line", return_value=self.line)


def _told(row: Event) -> Told:
    """Return an event as consumers are told it; its place in the news is of no matter here."""
    return Told(
        Place(0, row.pk), row.pk, row.kind, row.subject, row.legal_time, row.system_time, row.actor,
        (), bytes(row.body), row.leaf_id,
    )  # fmt: skip


def _officer(organisation: int, email: str, *more: Role) -> Actor:
    user = User.objects.create(email=email)
    Membership.objects.create(
        user=user, organisation_id=organisation, role=Role.OFFICER, office=OFFICE,
        valid_from="2026-01-01", granted_by="user:0",
    )  # fmt: skip
    roles = frozenset({Role.OFFICER, *more})
    return Actor(f"user:{user.pk}", organisation, roles=roles, office=OFFICE)


def _sequences() -> list[tuple[str, int]]:
    """Return PostgreSQL's counters as they stand: undoing a run does not set them back."""
    if connection.vendor != "postgresql":
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT quote_ident(sequencename), last_value FROM pg_sequences"
            " WHERE last_value IS NOT NULL"
        )
        return list(cursor.fetchall())


# What is asked after every act is asked in plain SQL: half of an act's time would go into it.


def _newest_event() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT MAX(id) FROM events_event")
        return int(cursor.fetchone()[0] or 0)


def standing_of(rows: list[int]) -> list[tuple[str, str, str]]:
    """Return the three states of declarations, by row number, as the record has them."""
    if not rows:
        return []
    marks = ", ".join(["%s"] * len(rows))
    columns = "id, state, goods_state, debt_state"
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {columns} FROM declarations_declaration WHERE id IN ({marks})",  # noqa: S608
            rows,
        )
        found = {row: (state, goods, debt) for row, state, goods, debt in cursor.fetchall()}
    return [found[row] for row in rows]
