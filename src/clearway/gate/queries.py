"""Every read of gates, tokens, passages and revocations."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Q, QuerySet

from clearway.accounts.queries import organisation_of
from clearway.cargo.models import Container
from clearway.clearance.queries import keepers
from clearway.gate.life_cycle import OPEN
from clearway.gate.models import (
    Booking,
    Gate,
    Lot,
    Passage,
    Receipt,
    Revocation,
    RevocationCount,
    SealSignal,
    SigningKey,
    Token,
)
from clearway.gate.rules import Bound

_TERMINAL = "terminal"


def gates(condition: Q) -> QuerySet[Gate]:
    """Return gates."""
    return Gate.objects.filter(condition)


def gate_of(organisation: int, code: str) -> Gate | None:
    """Return a terminal's gate by its code."""
    return Gate.objects.filter(organisation=organisation, code=code).first()


def tokens(condition: Q) -> QuerySet[Token]:
    """Return tokens."""
    return Token.objects.filter(condition)


def by_serial(serial: str) -> Token | None:
    """Return a token by what people type."""
    return Token.objects.filter(serial=serial).first()


def live_of(kind: str, key: str, direction: str, *, lock: bool = False) -> Token | None:
    """Return the token of a whole unit that is neither used nor recalled, expired or not."""
    rows = Token.objects.filter(kind=kind, key=key, direction=direction, packages=None)
    return (rows.select_for_update() if lock else rows).filter(state="live").first()


def live_of_unit(kind: str, key: str) -> QuerySet[Token]:
    """Return every live token of a unit, in either direction, parts of it too."""
    return Token.objects.filter(kind=kind, key=key, state="live")


def live_for(declaration: int) -> QuerySet[Token]:
    """Return the live tokens of units in which goods of a declaration lie."""
    return Token.objects.filter(declarations__declaration=declaration, state="live")


def expired_of(lot: str, at: datetime) -> QuerySet[Token]:
    """Return the tokens for packages of a lot that nobody used in time."""
    rows = Token.objects.filter(kind="packages", key=lot, state="live", expires_at__lte=at)
    return rows.select_for_update().order_by("id")


def bound(token: Token) -> Bound:
    """Return what a token is bound to."""
    return Bound(
        serial=token.serial,
        direction=token.direction,
        kind=token.kind,
        key=token.key,
        packages=token.packages,
        plate=token.plate,
        terminal=token.terminal,
        gate=token.gate,
        expires_at=token.expires_at,
    )


def concerned(token: Token) -> tuple[int, ...]:
    """Return the organisations that are told of a token: who asked, declarants, the terminal."""
    owners = token.declarations.values_list("declaration__organisation", flat=True)
    return tuple(sorted({token.organisation, token.terminal, *owners} - {0}))


def public_key(digits: str) -> bytes | None:
    """Return the public key of an id."""
    row = SigningKey.objects.filter(pk=digits).first()
    return None if row is None else bytes(row.public)


def public_keys() -> dict[str, bytes]:
    """Return every public key that ever signed a token here, by its id."""
    return {row.digits: bytes(row.public) for row in SigningKey.objects.order_by("since")}


def passages(condition: Q) -> QuerySet[Passage]:
    """Return attempts to pass, with gate and token."""
    return Passage.objects.filter(condition).select_related("gate", "token")


def revocations(since: int, at: datetime) -> QuerySet[Revocation]:
    """Return what was recalled after a number and could still be used otherwise, in order."""
    rows = Revocation.objects.filter(number__gt=since, token__expires_at__gt=at)
    return rows.select_related("token").order_by("number")


def newest_revocation() -> int:
    """Return the number of the newest revocation, 0 before the first."""
    row = RevocationCount.objects.filter(pk=1).first()
    return 0 if row is None else row.number


def kept(gate: int, device: str, sequence: int) -> Passage | None:
    """Return what a device told before under a number of its own."""
    return passages(Q(gate=gate, device=device, sequence=sequence)).first()


def cached_at(gate: Gate, at: datetime) -> QuerySet[Token]:
    """Return the tokens that a gate may let pass while it is cut off."""
    rows = Token.objects.filter(terminal=gate.organisation, gate__in=("", gate.code))
    return rows.filter(state="live", expires_at__gt=at).order_by("id")


def mrns(token: Token) -> list[str]:
    """Return the MRNs of the declarations whose goods lie in a token's unit."""
    rows = token.declarations.order_by("id").values_list("declaration__mrn", flat=True)
    return [mrn for mrn in rows if mrn]


def given_of(lot: str) -> int:
    """Return how many packages of a lot live tokens were given for."""
    row = Lot.objects.filter(pk=lot).first()
    return 0 if row is None else row.given


def terminal_of(identifier: str) -> int | None:
    """Return the terminal of a trader identification number; None where it is none's."""
    found = organisation_of(identifier.strip())
    return found.pk if found is not None and found.kind == _TERMINAL else None


def receipt_of(passage: int) -> Receipt | None:
    """Return the interchange receipt of a passage."""
    return Receipt.objects.filter(passage=passage).first()


def receipts(condition: Q) -> QuerySet[Receipt]:
    """Return interchange receipts with their gate."""
    return Receipt.objects.filter(condition).select_related("gate", "token")


def bookings(condition: Q) -> QuerySet[Booking]:
    """Return bookings with their conveyance."""
    return Booking.objects.filter(condition).select_related("conveyance")


def anything_booked() -> bool:
    """Tell whether any booking is not over."""
    return Booking.objects.filter(state__in=OPEN).exists()


def booking_locked(number: int) -> Booking:
    """Return a booking, locked until the transaction ends."""
    rows = Booking.objects.select_related("conveyance").select_for_update(of=("self",))
    return rows.get(pk=number)


def open_booking(key: str, *, lock: bool = False) -> Booking | None:
    """Return the booking of a unit that is not over."""
    rows = Booking.objects.filter(key=key, state__in=OPEN).select_related("conveyance")
    return (rows.select_for_update(of=("self",)) if lock else rows).first()


def bookings_of(conveyance: int) -> list[Booking]:
    """Return the bookings of a conveyance whose lorry has not come yet."""
    rows = bookings(Q(conveyance=conveyance, state__in=("booked", "eligible", "slot")))
    return list(rows.order_by("id"))


def direct_of(conveyance: int) -> int:
    """Return how many units of a conveyance were picked up and are out."""
    return bookings(Q(conveyance=conveyance, way="pick_up", state="out")).count()


def containers_on(conveyance: int) -> int:
    """Return how many containers are reported on a conveyance."""
    rows = Container.objects.filter(
        Q(document__conveyance=conveyance) | Q(document__master__conveyance=conveyance)
    ).exclude(document__state="cancelled")
    return rows.values("number").distinct().count()


def size_type_of(number: str) -> str:
    """Return the size and type of a container by its newest cargo report; empty where none says."""
    rows = Container.objects.filter(number=number).exclude(size_type="").order_by("-id")
    found = rows.values_list("size_type", flat=True).first()
    return found or ""


def seal_signals(condition: Q) -> QuerySet[SealSignal]:
    """Return what seals told."""
    return SealSignal.objects.filter(condition)


def seal_signal(organisation: int, event_id: str) -> SealSignal | None:
    """Return what an operator told under an id."""
    return SealSignal.objects.filter(organisation=organisation, event_id=event_id).first()


def arming(device: str, at: datetime) -> SealSignal | None:
    """Return the arming that holds for a device at an instant, locked; None where none does."""
    rows = SealSignal.objects.filter(device=device, at__lte=at, mark="")
    found = rows.filter(kind="armed").select_for_update().order_by("-at", "-id").first()
    if found is None or rows.filter(kind="disarmed", at__gt=found.at).exists():
        return None
    return found


def first_armed(device: str) -> datetime | None:
    """Return when a device was armed for the first time; None where it never was."""
    rows = SealSignal.objects.filter(device=device, kind="armed").order_by("at")
    return rows.values_list("at", flat=True).first()


def alarmed_since(arming_: SealSignal) -> bool:
    """Tell whether a device raised its alarm since it was armed."""
    rows = SealSignal.objects.filter(device=arming_.device, alarm=True)
    return rows.filter(at__gte=arming_.at, pk__gt=arming_.pk).exists()


def keepers_of(unit: str) -> set[int]:
    """Return the organisations that keep a container: its station's, and where its tokens hold."""
    live = Token.objects.filter(kind="container", key=unit, state="live")
    return set(live.values_list("terminal", flat=True)) | keepers(unit)
