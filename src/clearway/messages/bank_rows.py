"""Reads what a bank tells of money that came in or that it took back: camt.054 and CSV.

Each is a row. A debit is one where the bank says that it takes a payment back: a reversal, or a
return with its reason. Other debits are money that was sent, which the ledger knows already.

What cannot be used is a fault of its row, with its place, and stops no other row. The XML is read
by the hardened reader of ``xml_reader``; elements are known by their local names, so that versions
001.02 to 001.12 of the message read alike.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any, Final

import msgspec

from clearway.messages.limits import Limits, refuse_unreadable
from clearway.messages.xml_reader import parse_xml

COLUMNS: Final = (
    "reference", "account", "amount", "currency", "value_date", "payer_name", "payer_iban", "told",
    "returns",
)  # fmt: skip
"""The columns of a CSV file, in any order; the first five must be there."""
_NEEDED: Final = COLUMNS[:5]
LIMITS: Final = Limits(most_bytes=16 * 1024 * 1024, most_elements=2_000_000)
MOST_ROWS: Final = 20_000
_REFERENCE: Final = re.compile(r"[^\x00-\x1f\x7f]{1,70}\Z")
_CURRENCY: Final = re.compile("[A-Z]{3}\\Z")
_AMOUNT: Final = re.compile(r"[0-9]{1,15}(\.[0-9]{1,5})?\Z")


class BankRow(msgspec.Struct, frozen=True):
    """Money that came in, as the bank tells it.

    ``reference`` is the bank's own, ``account`` the account it came to, ``amount`` in units of
    ``currency`` as written, ``told`` what the payer wrote (structured references first). Of a
    ``debit`` the bank took money back: ``returns`` is its reference of the payment, ``told`` why.
    """

    reference: str
    account: str
    amount: Decimal
    currency: str
    value_day: date
    payer_name: str = ""
    payer_iban: str = ""
    told: str = ""
    debit: bool = False
    returns: str = ""


class RowFault(msgspec.Struct, frozen=True):
    """A row that cannot be used: its place (line, or number of the entry), and why in a word.

    ``why`` is reference, amount, currency, value_date, debit, not_booked, sum or most.
    """

    place: int
    reference: str
    why: str


class BankRows(msgspec.Struct, frozen=True):
    """What a file holds."""

    form: str
    rows: tuple[BankRow, ...]
    faults: tuple[RowFault, ...]


class UnknownFile(ValueError):
    """A file that is neither a camt.054 message nor a CSV with the columns."""


def read_bank_file(data: bytes) -> BankRows:
    """Read a bank file of either form.

    Raises:
        MalformedMessage: it is XML that cannot be read, or no text.
        UnknownFile: it is neither form.
    """
    refuse_unreadable(data, LIMITS)
    text = data.lstrip(b"\xef\xbb\xbf \t\r\n")
    return read_camt(text) if text.startswith(b"<") else read_csv_rows(data)


def read_camt(data: bytes) -> BankRows:
    """Read a camt.054 message (bank to customer debit credit notification).

    A booked entry is a row for each of its transactions, or one where it tells none: of money that
    came in, or of a payment that the bank took back.

    Raises:
        MalformedMessage: see ``xml_reader.parse_xml``.
        UnknownFile: another message.
    """
    root = parse_xml(data, LIMITS)
    notes = [one for one in root.iter() if _local(one) == "Ntfctn"]
    if _local(root) != "Document" or not notes:
        raise UnknownFile
    rows: list[BankRow] = []
    faults: list[RowFault] = []
    place = 0
    for note in notes:
        account = _text(note, "Acct/Id/IBAN") or _text(note, "Acct/Id/Othr/Id")
        for entry in _all(note, "Ntry"):
            place += 1
            if place > MOST_ROWS:
                faults.append(RowFault(place, "", "most"))
                break
            for found in _entry(entry, account, place):
                (rows if isinstance(found, BankRow) else faults).append(found)  # type: ignore[arg-type]
    return BankRows("camt054", tuple(rows), tuple(faults))


def _entry(entry: Any, account: str, place: int) -> Iterator[BankRow | RowFault]:
    own = _text(entry, "AcctSvcrRef") or _text(entry, "NtryRef")
    debit = _text(entry, "CdtDbtInd") != "CRDT"
    if debit and not _is_return(entry):
        yield RowFault(place, own, "debit")
        return
    if (_text(entry, "Sts/Cd") or _text(entry, "Sts")) != "BOOK":
        yield RowFault(place, own, "not_booked")
        return
    whole = _one(entry, "Amt")
    day = _day(entry)
    details = [each for part in _all(entry, "NtryDtls") for each in _all(part, "TxDtls")]
    parts = [_part(each, entry) for each in details] if len(details) > 1 else []
    if parts and sum(amount for amount, _ in parts if amount) != _amount(_value(whole)):
        # The transactions of a batch are the entry, or nobody knows what came in.
        yield RowFault(place, own, "sum")
        return
    for number, detail in enumerate(details or [None], 1):
        reference = own
        if len(details) > 1:
            told = "" if debit else _text(detail, "Refs/AcctSvcrRef")
            reference = told or f"{own}/{number}"
        amount, currency = parts[number - 1] if parts else _money(whole)
        yield _row(
            place,
            {
                "reference": reference or _text(detail, "Refs/AcctSvcrRef"),
                "account": account,
                "currency": currency,
                "payer_name": _payer(detail, "Nm") or _payer(detail, "Pty/Nm"),
                "payer_iban": _text(detail, "RltdPties/DbtrAcct/Id/IBAN"),
                "told": _why_back(detail, entry) if debit else _told(detail, entry),
                "returns": (_text(detail, "Refs/AcctSvcrRef") or own) if debit else "",
            },
            amount,
            day,
        )


def _is_return(entry: Any) -> bool:
    """Tell whether a debit takes an earlier credit back: a reversal, or a return with a reason."""
    if _text(entry, "RvslInd") in {"true", "1"}:
        return True
    details = [each for part in _all(entry, "NtryDtls") for each in _all(part, "TxDtls")]
    return any(_all(each, "RtrInf") for each in details)


def _why_back(detail: Any, entry: Any) -> str:
    """Return the bank's reason for taking a payment back: its code, and what it wrote."""
    code = _text(detail, "RtrInf/Rsn/Cd") or _text(detail, "RtrInf/Rsn/Prtry")
    written = _text(detail, "RtrInf/AddtlInf") or _text(entry, "AddtlNtryInf")
    return f"{code} {written}".strip()


def _part(detail: Any, entry: Any) -> tuple[Decimal | None, str]:
    found = _one(detail, "Amt")
    if found is None:
        found = _one(detail, "AmtDtls/TxAmt/Amt")
    amount, currency = _money(found)
    return amount, currency or _money(_one(entry, "Amt"))[1]


def _money(node: Any) -> tuple[Decimal | None, str]:
    return _amount(_value(node)), "" if node is None else str(node.get("Ccy") or "")


def _day(entry: Any) -> str:
    for path in ("ValDt/Dt", "ValDt/DtTm", "BookgDt/Dt", "BookgDt/DtTm"):
        if found := _text(entry, path):
            return found[:10]
    return ""


def _payer(detail: Any, leaf: str) -> str:
    return _text(detail, f"RltdPties/Dbtr/{leaf}")


def _told(detail: Any, entry: Any) -> str:
    if detail is None:
        return _text(entry, "AddtlNtryInf")
    notes = _all(detail, "RmtInf")
    told = [_text(one, "CdtrRefInf/Ref") for note in notes for one in _all(note, "Strd")] + [
        _value(one) for note in notes for one in _all(note, "Ustrd")
    ]
    return " ".join(one for one in told if one) or _text(detail, "Refs/EndToEndId")


def read_csv_rows(data: bytes) -> BankRows:
    """Read a CSV file with the columns ``COLUMNS``; comma or semicolon, UTF-8.

    Where ``returns`` names a payment, the bank took it back.

    Raises:
        UnknownFile: no UTF-8, or a column that is needed is missing.
    """
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise UnknownFile from None
    head = text.split("\n", 1)[0]
    delimiter = ";" if head.count(";") > head.count(",") else ","
    reader = csv.DictReader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        names = {(name or "").strip().lower() for name in reader.fieldnames or ()}
        if not set(_NEEDED) <= names:
            raise UnknownFile
        return _csv_rows(reader)
    except csv.Error:
        raise UnknownFile from None


def _csv_rows(reader: csv.DictReader[str]) -> BankRows:
    rows: list[BankRow] = []
    faults: list[RowFault] = []
    for count, line in enumerate(reader, 1):
        if count > MOST_ROWS:
            faults.append(RowFault(reader.line_num, "", "most"))
            break
        cells = {
            str(name).strip().lower(): value.strip()
            for name, value in line.items()
            if name and isinstance(value, str)
        }
        found = _row(reader.line_num, cells, _amount(cells["amount"]), cells["value_date"])
        (rows if isinstance(found, BankRow) else faults).append(found)  # type: ignore[arg-type]
    return BankRows("csv", tuple(rows), tuple(faults))


def _row(
    place: int, told: Mapping[str, str], amount: Decimal | None, day: str
) -> BankRow | RowFault:
    reference = told.get("reference", "").strip()
    if not _REFERENCE.match(reference):
        return RowFault(place, reference[:70], "reference")
    if amount is None or not amount:
        return RowFault(place, reference, "amount")
    currency = told.get("currency", "").strip()
    if not _CURRENCY.match(currency):
        return RowFault(place, reference, "currency")
    try:
        value_day = date.fromisoformat(day)
    except ValueError:
        return RowFault(place, reference, "value_date")
    returns = told.get("returns", "").strip()[:70]
    return BankRow(
        debit=bool(returns),
        returns=returns,
        reference=reference,
        account=_tight(told.get("account", "")),
        amount=amount,
        currency=currency,
        value_day=value_day,
        payer_name=_plain(told.get("payer_name", ""))[:175],
        payer_iban=_tight(told.get("payer_iban", "")),
        told=_plain(told.get("told", ""))[:350],
    )


def _amount(text: str) -> Decimal | None:
    """Return an amount as written, exactly; None where it is none."""
    if not _AMOUNT.match(text):
        return None
    try:
        return Decimal(text)
    except InvalidOperation:
        return None


def _tight(text: str) -> str:
    return re.sub(r"\s", "", text).upper()[:34]


def _plain(text: str) -> str:
    return " ".join(re.sub(r"[\x00-\x1f\x7f]", " ", text).split())


def _local(node: Any) -> str:
    return node.tag.rsplit("}", 1)[-1] if isinstance(node.tag, str) else ""


def _all(node: Any, name: str) -> list[Any]:
    return [] if node is None else [each for each in node if _local(each) == name]


def _one(node: Any, path: str) -> Any:
    for name in path.split("/"):
        found = _all(node, name)
        if not found:
            return None
        node = found[0]
    return node


def _value(node: Any) -> str:
    return "" if node is None or node.text is None else str(node.text).strip()


def _text(node: Any, path: str) -> str:
    return _value(_one(node, path))
