"""A small record that grows by one of everything, for tests of what a page costs."""

from __future__ import annotations

from datetime import timedelta

from django.core.files.uploadedfile import SimpleUploadedFile
from msgspec import json, structs
from tests.clearance.conftest import MUCH
from tests.permits.conftest import wheat
from tests.web import after_release_rows, intelligence_rows, model_rows, money_rows
from tests.web.cargo.test_conveyance_pages import FORM
from tests.web.cargo.test_uploads import a_table, row
from tests.web.cargo.test_worklists import EIGHT

from clearway.accounts.actors import actor_of_user
from clearway.accounts.models import ApiKey, Membership, Organisation, User
from clearway.assessment.models import Assessment, Hit
from clearway.audit import sequencer
from clearway.cargo.models import (
    CargoFinding,
    Container,
    Conveyance,
    ConveyanceVersion,
    DocumentVersion,
    Tally,
    TransportDocument,
)
from clearway.clearance import deciding, holds, port, printing, service
from clearway.clearance.models import Exit, Move
from clearway.clearance.releasing import Order
from clearway.declarations import service as declarations
from clearway.declarations.models import Declaration
from clearway.events.models import Delivery, Event, ParkedEvent, Webhook
from clearway.gate import exchanging, issuing, opening, passing, recalling, reconciling, sealing
from clearway.gate.models import Booking
from clearway.gate.rules import Shown
from clearway.inspection import doubting, ordering
from clearway.inspection.models import (
    Finding,
    Interest,
    Opening,
    Photo,
    Sample,
    SealEvent,
    Stake,
)
from clearway.intake.models import Alarm, BulkJob, BulkRow, Quarantined
from clearway.permits import following
from clearway.permits.models import (
    Application,
    ApplicationLine,
    Case,
    CaseLine,
    InformationRequest,
    Permit,
    WriteOff,
)
from clearway.quotas.models import Draw
from clearway.reference.models import PublishedPack
from clearway.risk.outcomes.queries import Worth
from clearway.risk.profiles.back_testing import Load, Overlap, Result
from clearway.risk.profiles.models import BackTest, ProfileText, ProfileVersion
from clearway.risk.scoring.plans import Plan
from clearway.risk.scoring.service import keep_plan
from clearway.selectivity.cuts import Cuts
from clearway.traders.models import Authorisation, Mandate
from clearway.web.models import Draft, SavedView

SEEN = Order(goods_controlled=True, security="GRN-1", reason="Counted twice")
TERMINAL = "XP4000000001"
PEOPLE = (
    "trader",
    "carrier",
    "officer",
    "supervisor",
    "registrar",
    "auditor",
    "operator",
    "tariff",
    "analyst",
    "agency",
    "cashier",
)


class Growing:
    """The record and its readers; the first rows are those whose pages have rows themselves."""

    def __init__(self, border, people, waiting, signed):
        self.border, self.people, self.waiting = border, people, waiting
        self.count, self.mrn = 0, ""
        self.clients = {name: signed(name) for name in PEOPLE}
        self.users = {
            name: User.objects.get(email=f"{name}@demo.example") for name in ("trader", "officer")
        }
        self.trader, self.carrier = (
            border.actors[who].organisation for who in ("trader", "carrier")
        )
        self.officer = actor_of_user(self.users["officer"])
        self.customs, self.day = self.officer.organisation, border.clock.now().date()

    def more(self):
        """Add one of everything."""
        self.count += 1
        number, now = self.count, self.border.clock.now()
        self._declared(number)
        self._registered(number, now)
        self._connected(number, now)
        self._carried(number, now)
        self._counted(number, now)
        self._gated(number, now)
        self._troubled(number, now)
        money_rows.add(number, self.waiting(), now)
        self._permitted(number)
        self._inspected(number)
        after_release_rows.add(self.waiting(), self.officer.name, self.trader, now)
        self._profiled(number, now)
        intelligence_rows.add(number, self.mrn, now)
        model_rows.add(number, now)

    def _profiled(self, number, now):
        """Grow one profile by a version with its trial, and add one more profile and a plan."""
        plan = Plan(Cuts(chance=1 + number), 0.5, 0.1, 9.0, 3, 90, 4)
        keep_plan(f"XPGRW{number}", 0, number, plan)
        for code, place in (("UV-001", number), (f"UV-1{number:02}", 1)):
            version = ProfileVersion.objects.create(
                code=code, number=place, state="retired", made_by="user:0", made_at=now,
                approved_by=f"user:{number}", approved_at=now, retired_by="user:0", retired_at=now,
            )  # fmt: skip
            text = ProfileText.objects.create(
                version=version, number=1, name="Cheap", condition="item = 1", lane=3, weight=1,
                channel="profile", owner="Risk", reasons="Why", valid_from=self.day,
                valid_to=self.day + timedelta(days=9), author=f"user:{number}", at=now,
                digest=f"{number:064d}",
            )  # fmt: skip
            load = Load("XP000110", 1, 1, 1, 1)
            found = Result(
                1, 1, 1, 1, 0, (load,), (Overlap("LS-001", 1, 1),), Worth(), Worth(), whole=True
            )
            for head in Assessment.objects.filter(accepted=True).order_by("-pk")[:number]:
                Hit.objects.create(
                    assessment=head, items="1", profile=code, version=place, lane=3,
                    contribution=0, channel="profile",
                )  # fmt: skip
            BackTest.objects.create(
                text=text, since=self.day, until=self.day, passed=True, most=2000,
                result=json.encode(found), by="user:0", at=now,
            )  # fmt: skip

    def _inspected(self, number):
        """Grow one opening and one doubt, and add one more of each."""
        mrns = [self.waiting("under_control") for _ in range(2)]
        for mrn in mrns:
            looked = ordering.order_by_officer(
                self.people.ann, mrn, look_at=["goods"], reason="Weight"
            )
        first = Opening.objects.order_by("pk").first()
        now, by = self.border.clock.now(), "user:0"
        for place in range(number):
            Finding.objects.create(opening=first, code="ipr", item=0, by=by, at=now)
            Stake.objects.create(opening=first, item=place, tax="A00", declared=1, found=2)
        SealEvent.objects.create(
            opening=first, what="set", number=f"S{number}", party="customs", known=True, by=by,
            at=now,
        )  # fmt: skip
        Photo.objects.create(
            opening=first, name="a.png", media_type="image/png", size=1, sha256=f"{number:064d}",
            by=by, at=now,
        )  # fmt: skip
        Sample.objects.create(
            opening=first, number=f"N{number}", item=1, what="x", seal="x", laboratory="x", by=by,
            at=now,
        )  # fmt: skip
        assert looked.pk != first.pk
        doubting.ask(self.people.ann, mrns[0], 1, "Too low")
        Interest.objects.create(person=by, party=f"XP{number}", reason="x", declared_at=now)

    def _declared(self, number):
        service.take(self.people.ann, self.waiting())
        service.take(self.officer, self.waiting())
        self.waiting("under_control")
        deciding.accept(self.people.ann, self.waiting("under_control", MUCH), SEEN)
        declarations.cancel(self.people.trader, self.waiting(), "Sold to another")
        self.border.lodge(packages=0)
        self.mrn = self.border.lodged(items=number, document="", lrn=f"ITEMS-{number}")
        printing.print_one(self.people.trader, self.mrn, "declaration_print", "en")
        sequencer.place()
        Draw.objects.create(
            declaration=Declaration.objects.get(mrn=self.mrn).pk, quota_order="091001", opens=20089,
            quantity=number, mrn=self.mrn, organisation=1, at=self.border.clock.now(),
        )  # fmt: skip
        self._held(number)

    def _held(self, number):
        law = holds.Wanted(legal_reason="Customs Act, section 12")
        holds.place(self.officer, self.waiting(), law)
        for state in port.STATES.values():
            mrn = self.waiting()
            Declaration.objects.filter(mrn=mrn).update(goods_state=state)
        for asked in (None, self.border.clock.now()):
            row = Declaration.objects.get(mrn=self.waiting())
            due = self.border.clock.now() - timedelta(days=1)
            Exit.objects.create(declaration=row, packages=number, due_at=due, enquired_at=asked)
        Move.objects.create(
            unit_kind="container", unit_number=f"BOX{number}", keeper=self.carrier, station="X",
            authorised_by="user:0", authorised_at=self.border.clock.now(),
        )  # fmt: skip

    def _gated(self, number, now):
        """Let one container pass, one be refused, one left through a cut-off gate, one wait."""
        clerk = self.border.actors["terminal"]
        gate = opening.open_gate(clerk, f"G{number}")
        boxes = [self._boxed(f"G{number}{kind}", f"BOXU{number:04}{kind}") for kind in "ABC"]
        passed, alone, _ = (
            issuing.issue(self.people.trader, issuing.Wanted("out", "container", box, TERMINAL))
            for box in boxes
        )
        shown = Shown(passed.code, "out", passed.number)
        passage = passing.present(clerk, gate, shown)
        passing.present(clerk, gate, shown)
        sound = exchanging.Stated(conditions=(exchanging.Condition("OK"),))
        exchanging.open_receipt(clerk, passage, exchanging.Handed(), sound)
        recalling.recall(self.officer, alone, "Weight")
        told = sealing.Signal(
            event_id=f"{number}-1", device=f"ES{number}", kind="armed", unit="CSQU3054383",
            seal_class="H", at=now,
        )  # fmt: skip
        sealing.tell(clerk, told)
        sealing.tell(clerk, structs.replace(told, event_id=f"{number}-2", kind="opened"))
        kept = reconciling.Kept(1, now, Shown(alone.code, "out", alone.number), accepted=True)
        reconciling.reconcile(clerk, gate, f"tablet-{number}", [kept])
        ship = Conveyance.objects.order_by("pk").first()
        Booking.objects.create(
            number=f"B{number}", way="pick_up", kind="container", unit=boxes[2], key=boxes[2],
            conveyance=ship, expected_at=now, organisation=self.trader,
            terminal=clerk.organisation, carrier=self.carrier, plate="XP1", planned_at=now,
            booked_at=now, lacking=["carrier"],
        )  # fmt: skip

    def _boxed(self, number, box):
        document = self.border.report(number, arrived=True)
        Container.objects.create(document=document, number=box)
        deciding.release(self.people.ann, self.border.lodged(document=number, lrn=number), SEEN)
        return box

    def _permitted(self, number):
        now = self.border.clock.now()
        made = Application.objects.create(
            reference=f"AP{number}", organisation=self.trader, holder="XP1000000001",
            direction="IM", country="US", made_by="user:0", made_at=now,
        )  # fmt: skip
        Case.objects.create(application=made, agency="PHI", state="applied", opened_at=now)
        first = Case.objects.order_by("pk").first()
        line = ApplicationLine.objects.create(
            application=first.application, line=number, commodity="10019910", quantity=1,
            unit="KGM", description="Wheat",
        )  # fmt: skip
        CaseLine.objects.create(case=first, line=line, requirement="PHI-03", document="N851")
        InformationRequest.objects.create(
            case=first, question="Of which year?", asked_by="user:0", asked_at=now
        )
        day = {"valid_from": self.day, "valid_to": self.day + timedelta(days=9)}
        Permit.objects.create(
            number=f"PHI{number}", agency="PHI", document="N851", holder="XP1000000001",
            commodities="1001", unit="KGM", case=first, granted_by="user:0", granted_at=now, **day,
        )  # fmt: skip
        message = wheat(1, "NL-1", lrn=f"WHEAT-{number}", document="", items=number)
        answer = self.border.lodge(message=message)
        assert answer.status == 201, answer.json
        row = Declaration.objects.get(mrn=answer.json["mrn"])
        following.examine(row.pk)
        WriteOff.objects.create(
            permit=Permit.objects.order_by("pk").first(), declaration=row.pk, mrn=row.mrn,
            version=1, item=number, kind="final", quantity=0, value=0, at=now,
        )  # fmt: skip

    def _registered(self, number, now):
        firm = Organisation.objects.create(
            name=f"Firm {number}", name_key=f"firm {number}", kind="trader", country="XP",
            identifier=f"XP900000000{number}", state="active", registered_at=now,
        )  # fmt: skip
        person = User.objects.create(email=f"person{number}@firm.example")
        for organisation, role in ((self.trader, "trader"), (self.customs, "officer")):
            Membership.objects.create(
                user=person, organisation_id=organisation, role=role, valid_from=self.day,
                granted_by="user:0",
            )  # fmt: skip
        mandate = {
            "principal_id": self.trader,
            "agent": firm,
            "valid_from": self.day,
            "changed_at": now,
        }
        Mandate.objects.create(asked_by="user:0", **mandate)
        Authorisation.objects.create(
            holder_id=self.trader, type="AEOC", reference=f"AEO-{number}", valid_from=self.day,
            granted_by="user:0", changed_at=now,
        )  # fmt: skip

    def _connected(self, number, now):
        ApiKey.objects.create(
            organisation_id=self.trader, maker=self.users["trader"], name=f"k{number}",
            prefix=f"p{number}", digest=bytes([number]) * 32, roles="trader", made_at=now,
        )  # fmt: skip
        Webhook.objects.create(
            organisation=self.trader, url="https://hooks.example.com/in", secret=b"s", made_at=now,
            made_by="user:0",
        )  # fmt: skip
        first = Webhook.objects.order_by("id").first()
        event = Event.objects.order_by("-id")[number - 1]
        Delivery.objects.create(webhook=first, event=event, due_at=now, made_at=now)
        BulkJob.objects.create(
            organisation=self.trader, actor="user:0", door="screen", name=f"{number}.csv",
            form="csv", size=9, sha256=f"{number:064d}", state="finished", received_at=now,
            rejected=1, done=1,
        )  # fmt: skip
        first_job = BulkJob.objects.order_by("id").first()
        BulkRow.objects.create(
            job=first_job, row=number, code="CLW3103", severity="error", parameters=b"{}"
        )
        Draft.objects.create(
            organisation_id=self.trader, made_by="user:0", made_at=now, saved_at=now, answers=b"{}"
        )
        SavedView.objects.create(
            user=self.users["officer"], page="declarations", name=f"v{number}", query="lane=RED"
        )

    def _carried(self, number, now):
        reported = {**FORM, "reference": f"V{number}", "expected_at": "2026-03-04T06:00"}
        assert self.clients["carrier"].post("/conveyances/new", reported).status_code == 303
        first = Conveyance.objects.order_by("id").first()
        again = ConveyanceVersion.objects.order_by("id").first()
        again.pk, again.number = None, number + 9
        again.save(force_insert=True)
        common = {
            "author": "carrier", "organisation": self.carrier, "consignor_name": "Sender",
            "consignee": "XP1000000001", "consignee_name": "Atlas", "description": "Shirts",
            "packages": 10, "gross_mass": 10**8, "mass_allowance": 10**8, "reported_at": now,
        }  # fmt: skip
        for name, varied in {
            "M": {"level": "master", "state": "ok", "conveyance": first},
            "D": {"level": "master", "state": "rfi", "conveyance": first},
            "S": {"level": "master", "state": "short", "tallied_packages": 9, "arrived_at": now},
            "A": {"level": "master", "state": "arrived", "arrived_at": now, "conveyance": first,
                  "due_at": now - timedelta(days=1)},
        }.items():  # fmt: skip
            key = f"{name}{number}"
            box = TransportDocument.objects.create(number=key, key=key, **common, **varied)
            Container.objects.create(document=box, number=f"CSQU30{number}5{name}83")
        master = TransportDocument.objects.get(key="M1")
        key = f"H{number}"
        TransportDocument.objects.create(
            number=key, key=key, level="house", master=master, **common, state="ok"
        )

    def _counted(self, number, now):
        master = TransportDocument.objects.get(key="M1")
        master.houses = number
        master.save(update_fields=["houses"])
        Container.objects.create(document=master, number=f"CSQU30{number}4383")
        CargoFinding.objects.create(
            document=master, rule="CLW5104", severity="doubt", pointer="", parameters={}
        )
        Tally.objects.create(
            document=master, packages=9, organisation=self.carrier, actor="user:0", at=now
        )
        table = a_table(row(f"U{number}", conveyance=f"V{number}"))
        answer = self.clients["carrier"].post(
            "/cargo/upload",
            {"file": SimpleUploadedFile("m.csv", table), "function": "original"},
        )
        assert answer.status_code == 303, answer.content.decode()
        sent = {"document": master, "actor": "user:0", "at": now}
        before = DocumentVersion.objects.order_by("id").first()
        DocumentVersion.objects.create(number=number, content=bytes(before.content), **sent)
        eight = {**EIGHT, "house_number": f"P{number}"}
        assert self.clients["carrier"].post("/cargo/pre-loading/new", eight).status_code == 303

    def _troubled(self, number, now):
        Quarantined.objects.create(
            organisation=1, actor="key:1", door="api", purpose="lodge", size=6, body=b"SECRET",
            media_type="application/json", step="decode", failure="ValueError", at=now,
        )  # fmt: skip
        Alarm.objects.create(kind="stalled", subject=f"{number}", first_at=now, last_at=now)
        event = Event.objects.order_by("id")[number]
        ParkedEvent.objects.create(
            consumer="declarations.cargo", event=event, attempts=6, error="E: x", parked_at=now
        )
        pack = PublishedPack.objects.order_by("id").first()
        pack.pk, pack.version, pack.state = None, f"{number}", "withdrawn"
        pack.proposed_by = self.people.ann.name
        pack.save(force_insert=True)
