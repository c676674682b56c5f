"""The races, in an explicit list. Each leaves much unsaid but what two hands could both take."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any, Final

from django.db import connection, transaction

from clearway.audit import clock
from clearway.audit.actor import Actor, Role
from clearway.cargo import stock
from clearway.cargo.models import TransportDocument
from clearway.events.service import act
from clearway.gate import issuing, passing
from clearway.gate.models import Token
from clearway.gate.rules import At, Bound
from clearway.payments import bank, using
from clearway.payments.models import BankFile, BankLine, Guarantee
from clearway.permits import balances
from clearway.permits.models import Permit
from clearway.permits.rules import Wanted
from clearway.proving.races.race import Race
from clearway.quotas import drawing
from clearway.quotas.models import Balance
from clearway.quotas.rules import Key
from clearway.quotas.rules import Wanted as WantedOfQuota
from clearway.traders import yearly_limit

_KILO: Final = 1_000_000
_YEAR: Final = 2026
_TERMINAL: Final = Actor("key:1", 1, "XP4000000001", frozenset({Role.TERMINAL}))
_TRADER: Final = Actor("key:2", 2, "XP1000000001", frozenset({Role.TRADER}))


def _lay_document() -> TransportDocument:
    now = clock.now()
    return TransportDocument.objects.create(
        number="RACE1", key="RACE1", level="master", author="carrier", organisation=1,
        consignor_name="Sender", consignee_name="Receiver", description="Cotton shirts",
        packages=70, gross_mass=1000 * _KILO, mass_allowance=1000 * _KILO, state="ok",
        reported_at=now,
    )  # fmt: skip


def _draw_stock(document: TransportDocument, number: int) -> int:
    wanted = stock.Reservation("RACE1", number + 1, 1, 1, 0, mrn=f"26XP{number:014}")
    with transaction.atomic(), connection.cursor() as cursor:
        (outcome,) = stock.reserve_many(cursor, [wanted], clock.now())
    del document
    return int(outcome.kind == "reserved")


def _drawn(document: TransportDocument) -> int:
    return int(TransportDocument.objects.get(pk=document.pk).drawn_packages)


def _use_year(buyer: str, number: int) -> int:
    del number
    with transaction.atomic(), connection.cursor() as cursor:
        return int(yearly_limit.use_yearly_limit(cursor, buyer, _YEAR, 1, 40))


def _year_used(buyer: str) -> int:
    with connection.cursor() as cursor:
        return yearly_limit.used_many(cursor, [buyer], _YEAR)[buyer]


def _draw_quota(key: Key, number: int) -> int:
    del number
    with transaction.atomic(), connection.cursor() as cursor:
        return int(drawing.take(cursor, WantedOfQuota(key, _KILO, 70 * _KILO)))


def _quota_drawn(key: Key) -> int:
    return int(Balance.objects.get(quota_order=key.order, opens=key.opens).drawn) // _KILO


def _lay_permit() -> Permit:
    return Permit.objects.create(
        number="PHI-RACE", agency="PHI", document="N851", holder="XP1000000001",
        commodities="1001", unit="KGM", quantity=70 * _KILO, valid_from=date(2026, 1, 1),
        valid_to=date(2027, 1, 1), granted_by="user:0", granted_at=clock.now(),
    )  # fmt: skip


def _write_permit_off(permit: Permit, number: int) -> int:
    del number
    wanted = Wanted(
        "PHI", ("N851",), "XP1000000001", "10019910", "KGM", _KILO, None, date(2026, 3, 2)
    )
    mine = Permit.objects.get(pk=permit.pk)
    with transaction.atomic():
        return int(balances.take(mine, balances.taking(mine, wanted), wanted))


def _permit_used(permit: Permit) -> int:
    return int(Permit.objects.get(pk=permit.pk).used_quantity) // _KILO


def _lay_token() -> Token:
    with act(_TRADER) as doing:
        bound = Bound(
            serial="", direction="out", kind="container", key="CSQU3054383", packages=None,
            plate="", terminal=_TERMINAL.organisation, gate="",
            expires_at=doing.at + timedelta(days=1),
        )  # fmt: skip
        return issuing.make(doing, bound, "CSQU3054383", ())


def _use_token(token: Token, number: int) -> int:
    """Use it as the barrier does, after it has looked at everything that can be seen."""
    here = At(_TERMINAL.organisation, f"G{number}", clock.now())
    seen = Token.objects.get(pk=token.pk)
    with transaction.atomic():
        return int(seen.state == "live" and passing.use(seen, here))


def _used(token: Token) -> int:
    return Token.objects.filter(pk=token.pk, state="used").count()


def _lay_guarantee() -> Guarantee:
    return Guarantee.objects.create(
        number="RACE", kind="general", holder="XP1000000001", guarantor="Bank", currency="XPR",
        reference_amount=70, valid_from=date(2020, 1, 1), valid_to=date(2099, 12, 31),
        entered_by="user:0", entered_at=clock.now(),
    )  # fmt: skip


def _draw_guarantee(guarantee: Guarantee, number: int) -> int:
    del number
    seen = Guarantee.objects.get(pk=guarantee.pk)
    with transaction.atomic():
        return int(using.take_from(seen, 1, date(2026, 3, 2)))


def _guarantee_used(guarantee: Guarantee) -> int:
    return int(Guarantee.objects.get(pk=guarantee.pk).used)


def _lay_bank_file() -> BankFile:
    return BankFile.objects.create(
        name="race", form="csv", sha256="", lines=30, new=0, parked=0, read_by="user:0",
        read_at=clock.now(),
    )  # fmt: skip


def _tell_line(file: BankFile, number: int) -> int:
    """Tell one of thirty lines, as every attempt that comes to the same one does."""
    line = BankLine(
        account="XP36PCUS00000000000017", reference=f"R{number % 30}", digest="0" * 64,
        currency="XPR", amount=100, value_day=date(2026, 3, 2), file=file, state="suspended",
        received_at=clock.now(),
    )  # fmt: skip
    with transaction.atomic():
        return int(bank.keep(line))


def _lines(file: BankFile) -> int:
    return BankLine.objects.filter(file=file).count()


def _nothing() -> Any:
    return "buyer"


RACES: Final = (
    Race("cargo_stock", 70, _lay_document, _draw_stock, _drawn),
    Race("yearly_limit", 40, _nothing, _use_year, _year_used),
    Race("quota_draw", 70, lambda: Key("091001", 20089), _draw_quota, _quota_drawn),
    Race("permit_write_off", 70, _lay_permit, _write_permit_off, _permit_used),
    Race("guarantee_draw", 70, _lay_guarantee, _draw_guarantee, _guarantee_used),
    Race("payment_line", 30, _lay_bank_file, _tell_line, _lines),
    Race("gate_token", 1, _lay_token, _use_token, _used),
)
