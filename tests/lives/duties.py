"""Pairs of acts that one person may not do both, as the platform is to refuse them.

``PAIRS`` is the table of ``docs/separation-of-duties.md`` as far as acts of two moments go. Each
entry prepares the first act on a small border and gives who did it, the second act as a function of
whoever tries it, and the kind of subject under which the log must hold the refusal.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from msgspec import structs
from tests.declarations.conftest import a_message

from clearway.accounts import service as accounts
from clearway.accounts.models import ApiKey, User
from clearway.audit.actor import Actor, Role, system
from clearway.clearance import deciding
from clearway.clearance.models import Proposal
from clearway.clearance.releasing import Order
from clearway.declarations.models import Declaration, GoodsItem
from clearway.events.service import act
from clearway.inspection import interests
from clearway.inspection.access import interest_for
from clearway.intake import deciding as requests
from clearway.payments import guarantees, notices, refunds
from clearway.payments.models import Guarantee, GuaranteeUse, Notice, Refund
from clearway.permits import deciding as permits
from clearway.permits.models import Application, Case
from clearway.post_clearance import appealing, audit_decisions, auditing, claiming, correcting
from clearway.post_clearance.changing import Change
from clearway.reference import service as packs
from clearway.reference.models import PublishedPack

WHY = "For the table of duties"
DEARER = [Change(1, "price", "12000.00")]


@dataclass(frozen=True)
class Tried:
    """A first act that was done: by whom, what he then tries, what the log must name."""

    first: Actor
    second: Callable[[Actor], Any]
    subject: str


@dataclass(frozen=True)
class World:
    """A small border: people (officers ann and ben, a supervisor …) and ways to declarations."""

    border: Any
    people: Any
    released: Callable[..., str]
    waiting: Callable[..., str]


def second_decision(world):
    """Proposes a decision on goods of great value / confirms it."""
    mrn = world.waiting("under_control", 100_000_001)
    deciding.accept(world.people.ann, mrn, Order(goods_controlled=True, reason=WHY))
    number = Proposal.objects.get(declaration__mrn=mrn).pk
    return Tried(
        world.people.ann,
        lambda actor: deciding.confirm(actor, number, confirmed=True, reason=""),
        f"proposal:{number}",
    )


def correction(world):
    """Proposes a correction that changes money / confirms it."""
    made = correcting.propose(world.people.ann, world.released(), DEARER, WHY)
    return Tried(
        world.people.ann,
        lambda actor: correcting.confirm(actor, made.pk, confirmed=True),
        f"correction:{made.pk}",
    )


def _heard(world):
    people, mrn = world.people, world.released()
    audit = auditing.open_audit(people.ann, [mrn], WHY)
    auditing.notify(people.supervisor, audit.pk, [people.ann.name], WHY)
    auditing.begin(people.ann, audit.pk)
    audit_decisions.draft(people.ann, audit.pk, "Too low.", {mrn: DEARER})
    audit_decisions.answer(people.trader, audit.pk, "It was the price.")
    return audit


def audit(world):
    """Is of an audit's team and drafts its findings / decides on them."""
    made = _heard(world)
    return Tried(
        world.people.ann,
        lambda actor: audit_decisions.decide(actor, made.pk, upheld=True, reasons=WHY),
        f"post_audit:{made.pk}",
    )


def appeal_against_audit(world):
    """Decides an audit / admits, hears or decides the appeal against it."""
    made = _heard(world)
    audit_decisions.decide(world.people.supervisor, made.pk, upheld=True, reasons=WHY)
    row = appealing.lodge(world.people.trader, "audit", made.pk, WHY)
    return Tried(
        world.people.supervisor,
        lambda actor: appealing.admit(actor, row.pk, admitted=True),
        f"appeal:{row.pk}",
    )


def appeal_against_correction(world):
    """Proposes a correction / decides the appeal against it."""
    made = correcting.propose(world.people.ann, world.released(), DEARER, WHY)
    correcting.confirm(world.people.ben, made.pk, confirmed=True)
    row = appealing.lodge(world.people.trader, "correction", made.pk, WHY)
    return Tried(
        world.people.ann,
        lambda actor: appealing.admit(actor, row.pk, admitted=True),
        f"appeal:{row.pk}",
    )


def _refund(world):
    from clearway.payments.models import Refund as Row

    declaration = Declaration.objects.get(mrn=world.released())
    notice = Notice.objects.get(declaration=declaration)
    with act(world.border.actors["cashier"]) as doing:
        refunds.claim(doing, declaration, notice, 100, "overpaid", WHY)
    return Row.objects.get(declaration=declaration)


def refund_requested(world):
    """Asks for a refund / approves it."""
    row = _refund(world)
    cashier = world.border.actors["cashier"]
    return Tried(cashier, lambda actor: refunds.approve(actor, row.pk), f"refund:{row.pk}")


def refund_approved(world):
    """Approves a refund / pays it."""
    row = _refund(world)
    other = world.border.actors["cashier2"]
    refunds.approve(other, row.pk)
    assert Refund.objects.get(pk=row.pk).approved_by == other.name
    return Tried(other, lambda actor: refunds.pay(actor, row.pk), f"refund:{row.pk}")


def _claim(world):
    row = claiming.lodge(world.people.trader, world.released(), [("A00", 100)], WHY)
    claiming.decide(world.people.ann, row.pk, [("A00", 60)], WHY)
    return row


def claim_granted(world):
    """Grants a claim to a refund / approves or pays the refund."""
    _claim(world)
    number = Refund.objects.get().pk
    return Tried(world.people.ann, lambda actor: refunds.approve(actor, number), f"refund:{number}")


def claim_paid(world):
    """Grants a claim to a refund / pays the refund that another approved."""
    _claim(world)
    number = Refund.objects.get().pk
    refunds.approve(world.border.actors["cashier"], number)
    return Tried(world.people.ann, lambda actor: refunds.pay(actor, number), f"refund:{number}")


def appeal_against_claim(world):
    """Decides a claim to a refund / decides the appeal against it."""
    row = appealing.lodge(world.people.trader, "claim", _claim(world).pk, WHY)
    return Tried(
        world.people.ann,
        lambda actor: appealing.admit(actor, row.pk, admitted=True),
        f"appeal:{row.pk}",
    )


def appeal_against_confirmed(world):
    """Confirms a correction / decides the appeal against it."""
    made = correcting.propose(world.people.ann, world.released(), DEARER, WHY)
    correcting.confirm(world.people.ben, made.pk, confirmed=True)
    row = appealing.lodge(world.people.trader, "correction", made.pk, WHY)
    return Tried(
        world.people.ben,
        lambda actor: appealing.admit(actor, row.pk, admitted=True),
        f"appeal:{row.pk}",
    )


def appeal_of_the_team(world):
    """Is of an audit's team / decides the appeal against the audit."""
    made = _heard(world)
    audit_decisions.decide(world.people.supervisor, made.pk, upheld=True, reasons=WHY)
    row = appealing.lodge(world.people.trader, "audit", made.pk, WHY)
    return Tried(
        world.people.ann,
        lambda actor: appealing.hear(actor, row.pk, WHY),
        f"appeal:{row.pk}",
    )


def guarantor_called(world):
    """Proposes that a guarantor pays / confirms it."""
    declaration = Declaration.objects.get(mrn=world.released(debt="assessed"))
    notices.follow(system("test"), declaration.mrn)
    cashier, day = world.border.actors["cashier"], world.border.clock.now().date()
    held = Guarantee.objects.create(
        number="G-1", kind="general", holder="XP1000000001", guarantor="Bank", currency="XPR",
        reference_amount=10**9, used=100, valid_from=day, valid_to=day, entered_by="user:0",
        entered_at=world.border.clock.now(),
    )  # fmt: skip
    use = GuaranteeUse.objects.create(
        guarantee=held, declaration=declaration, liability=100, amount=100, actor="user:0",
        at=world.border.clock.now(),
    )  # fmt: skip
    made = guarantees.propose_call(cashier, use.pk, WHY)
    return Tried(
        cashier,
        lambda actor: guarantees.confirm_call(actor, made.pk, confirmed=True),
        f"guarantee_call:{made.pk}",
    )


def pack(world):
    """Proposes a country pack, risk profiles among it / approves it."""
    steward = world.border.actors["tariff"]
    row = PublishedPack.objects.order_by("pk").first()
    row.pk, row.state, row.proposed_by = None, "proposed", steward.name
    row.valid_from = world.border.clock.now() + timedelta(days=1)
    row.approved_by = ""
    row.save(force_insert=True)
    return Tried(steward, lambda actor: packs.approve(actor, row.pk, ""), f"pack:{row.pk}")


def own_role(world):
    """Grants roles / has a role granted by himself, or by a key of his."""
    registrar = world.border.actors["registrar"]
    maker = ApiKey.objects.get(pk=int(registrar.name[4:])).maker
    customs = registrar.organisation
    return Tried(
        registrar,
        lambda actor: accounts.grant(
            actor, customs, email=maker.email, role=Role.AUDITOR,
            valid_from=world.border.clock.now().date(),
        ),
        f"organisation:{customs}",
    )  # fmt: skip


def permit(world):
    """Applies for a permit / decides on the application, with an agency's desk besides."""
    trader = world.people.trader
    row = Application.objects.create(
        reference="A-1", organisation=trader.organisation, made_by=trader.name,
        made_at=world.border.clock.now(), holder="XP1000000001",
        direction="IM", country="US",
    )  # fmt: skip
    case = Case.objects.create(
        application=row, agency="PHI", state="pending", opened_at=world.border.clock.now()
    )
    return Tried(
        trader,
        lambda actor: permits.refuse(
            structs.replace(actor, roles=frozenset({Role.AGENCY}), office="PHI"), case.pk, WHY
        ),
        f"permit_case:{case.pk}",
    )


def own_interest(world):
    """Declares an interest in a party / ends it."""
    row = interests.declare(world.people.ann, world.people.trader.identifier, WHY)
    return Tried(world.people.ann, lambda actor: interest_for(actor, row.pk), f"interest:{row.pk}")


def request(world):
    """Asks that a declaration is amended / decides on the request."""
    mrn = world.waiting("under_control")
    row = Declaration.objects.get(mrn=mrn)
    message = a_message(lrn=row.lrn, document=row.transport_document, price="9000.00", mrn=mrn)
    asked = world.border.ask(
        "trader", "post", f"/declarations/{mrn}/amendments?reason=Why", message,
        headers={"Idempotency-Key": f"duty-{mrn}"},
    ).json["id"]  # fmt: skip
    return Tried(
        world.people.trader,
        lambda actor: requests.decide(
            actor, asked, grant=True, reason=WHY, at=world.border.clock.now()
        ),
        f"request:{asked}",
    )


def own_matter(world):
    """Lodges a declaration / decides on it, with an official's role besides."""
    mrn = world.waiting("documents_requested")
    assert GoodsItem.objects.filter(version__declaration__mrn=mrn).exists()
    return Tried(
        world.people.trader,
        lambda actor: deciding.accept(actor, mrn, Order(documents_checked=True)),
        f"declaration:{mrn}",
    )


PAIRS = (
    second_decision, correction, audit, appeal_against_audit, appeal_against_correction,
    refund_requested, refund_approved, own_interest, request, own_matter,
    claim_granted, claim_paid, appeal_against_claim, appeal_against_confirmed, appeal_of_the_team,
    guarantor_called, pack, own_role, permit,
)  # fmt: skip


def himself(actor):
    """The same person by his own account, with every official role that would help."""
    return structs.replace(actor, roles=actor.roles | _HELPFUL)


def by_his_key(actor):
    """The same person by a key that he made; of a key, by himself who made it."""
    kind, _, number = actor.name.partition(":")
    if kind == "key":
        maker = ApiKey.objects.get(pk=int(number)).maker_id
        return structs.replace(himself(actor), name=f"user:{maker}" if maker else actor.name)
    made = ApiKey.objects.create(
        organisation_id=actor.organisation, maker_id=int(number), name="his", prefix="his",
        digest=b"h" * 32, roles=" ".join(sorted(actor.roles)),
        made_at=datetime(2026, 3, 1, tzinfo=UTC),
    )  # fmt: skip
    return structs.replace(himself(actor), name=f"key:{made.pk}")


def by_delegation(actor):
    """The same person standing in for a colleague: another office, a supervisor's role."""
    return structs.replace(himself(actor), office="", roles=frozenset(_HELPFUL | actor.roles))


def by_second_sign_in(actor):
    """The same person by another sign-in under another address, whom the register knows as one."""
    kind, _, number = actor.name.partition(":")
    maker = ApiKey.objects.get(pk=int(number)).maker_id if kind == "key" else int(number)
    User.objects.filter(pk=maker).update(person="S-10442")
    other = User.objects.create(email="quite.another@elsewhere.example", person="S-10442")
    return structs.replace(himself(actor), name=f"user:{other.pk}")


_HELPFUL = frozenset({Role.OFFICER, Role.SUPERVISOR, Role.CASHIER})
WAYS = (himself, by_his_key, by_delegation, by_second_sign_in)
