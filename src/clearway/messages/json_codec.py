"""WCO Data Model messages as JSON: the same records, with the WCO tags as keys.

::

    {"WCOTypeName": "DEC",
     "Declaration": {
       "FunctionCode": "9",
       "InvoiceAmount": {"value": "1000.00", "currencyID": "GBP"},
       "AcceptanceDateTime": {"value": "20260131093000Z", "formatCode": "304"},
       "GoodsShipment": {
         "GovernmentAgencyGoodsItem": [{"SequenceNumeric": 1, "Origin": [{"CountryCode": "CN"}]}]}}}

Amounts, quantities and rates are text, so that nobody's parser makes floats of them; sequence
numbers are JSON numbers; a repeated class is an array even where it occurs once. A declaration
without its envelope is accepted. In bulk, one message stands on one line (NDJSON).

Reading has three speeds with one meaning. A clean message is decoded by msgspec, which checks
every length and pattern as it goes but stops at the first error and does not notice a key that
comes twice. So what was read is encoded again, and both texts must have the same number of
keys. A message with an error, a blank text or an invisible character is mended by
``json_mending``, which goes only where something is wrong, and there with the careful walk of
``json_walk``; where it finds no way, that walk goes through the whole message. Either reports
everything at once.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import msgspec

from clearway.messages.json_doubts import is_plain, keeps_every_key
from clearway.messages.json_mending import mend_json
from clearway.messages.json_walk import walk_json
from clearway.messages.limits import DEFAULT_LIMITS, Limits, refuse_unreadable
from clearway.messages.problems import MalformedMessage, Reading, SyntaxProblem
from clearway.messages.records import MetaData

_BOM = b"\xef\xbb\xbf"
_decode = msgspec.json.Decoder(MetaData, strict=True).decode
_encode = msgspec.json.Encoder().encode


def read_json(data: bytes, *, limits: Limits = DEFAULT_LIMITS, line: int = 1) -> Reading:
    """Read one JSON message.

    Args:
        data: UTF-8, with or without byte order mark.
        limits: bounds on size and depth.
        line: number of the first line, for a message within a larger file.

    Returns:
        The record and all problems of form, each with pointer and line.

    Raises:
        MalformedMessage: empty, no text, not JSON, or beyond a limit.
    """
    if data.startswith(_BOM):
        data = data[3:]
    trouble = ""
    if len(data) <= limits.most_bytes:
        try:
            record = _decode(data)
        except (msgspec.DecodeError, RecursionError, UnicodeDecodeError) as error:
            trouble = str(error)
        else:
            again = _encode(record)
            if keeps_every_key(data, again) and is_plain(again):
                if record.declaration is not None and not record.responses:
                    return Reading("declaration", record, (), line)
                if record.responses and record.declaration is None:
                    return Reading("notification", record, (), line)
    refuse_unreadable(data, limits)
    return mend_json(data, trouble, line) or walk_json(data, limits, line)


def write_json(record: MetaData) -> bytes:
    """Return a message as compact JSON; absent members are left out."""
    return _encode(record)


def iter_ndjson(lines: Iterable[bytes], *, limits: Limits = DEFAULT_LIMITS) -> Iterator[Reading]:
    """Read bulk JSON, one message a line; a bad line never stops its neighbours.

    Args:
        lines: a binary file, or any lines of bytes. Empty lines are skipped.
        limits: bounds on each line.

    Yields:
        One reading for each line, in order; one that cannot be read at all has no record.
    """
    for number, line in enumerate(lines, 1):
        text = line.rstrip(b"\r\n")
        if not text.strip():
            continue
        try:
            yield read_json(text, limits=limits, line=number)
        except MalformedMessage as error:
            problems = tuple(_at_line(problem, number) for problem in error.problems)
            yield Reading("other", None, problems, number)


def write_ndjson(records: Iterable[MetaData]) -> Iterator[bytes]:
    """Yield one line of JSON, with its line end, for each record."""
    for record in records:
        yield _encode(record) + b"\n"


def _at_line(problem: SyntaxProblem, line: int) -> SyntaxProblem:
    return problem if problem.line else msgspec.structs.replace(problem, line=line)
