"""What makes a document sound: every datum there, the totals its lines' own, one canonical form."""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Any, Final

import msgspec
import rfc8785

from clearway.documents import contents
from clearway.documents.kinds import CONTENTS
from clearway.vocabulary.errors import DataRefused, DefectFound

_SUMMED: Final = ("packages", "gross_mass", "net_mass", "value")


def content_of(kind: str, data: contents.Content | Mapping[str, Any]) -> contents.Content:
    """Return the content of a document, checked whole.

    Args:
        kind: one of ``kinds.KINDS``.
        data: the content, or the JSON tree of one.

    Raises:
        DataRefused: a datum is missing, is none of its kind, or a total is not its lines' sum;
            the faults name each by its pointer.
        DefectFound: there is no such kind.
    """
    wanted = CONTENTS.get(kind)
    if wanted is None:
        raise DefectFound(f"There is no kind of document {kind!r}.")
    tree = msgspec.to_builtins(data)
    try:
        found = msgspec.convert(tree, wanted)
    except msgspec.ValidationError as error:
        raise refused(*_fault(str(error))) from error
    faults = [*_days(tree), *_letters(tree), *_sums(found)]
    if faults:
        raise _refused(faults)
    return found


def canonical(content: contents.Content) -> bytes:
    """Return a content in canonical JSON (RFC 8785); what is absent is left out.

    >>> canonical(contents.Settled(reference="a", amount=1))
    b'{"amount":1,"reference":"a"}'
    """
    return rfc8785.dumps(_without_absent(msgspec.to_builtins(content)))


def digest(canonical_json: bytes) -> str:
    """Return the SHA-256 of canonical JSON, as the verification page shows it."""
    return hashlib.sha256(canonical_json).hexdigest()


def read(kind: str, data: bytes | memoryview) -> contents.Content:
    """Return the content of an issued document from its canonical JSON."""
    return msgspec.json.decode(bytes(data), type=CONTENTS[kind])


def refused(pointer: str, why: str) -> DataRefused:
    """Return the refusal of a document for one datum."""
    return _refused([(pointer, why)])


def _refused(faults: list[tuple[str, str]]) -> DataRefused:
    return DataRefused(
        "The document cannot be issued: a datum is missing or wrong.",
        faults=faults,
        where=faults[0][0],
        remedy="Mend the datum that is named, then issue it again.",
    )


def _fault(message: str) -> tuple[str, str]:
    """Return msgspec's message as pointer and sentence.

    >>> _fault("Expected `str` of length >= 1 - at `$.goods[0].commodity`")
    ('/goods/0/commodity', 'Expected `str` of length >= 1')
    >>> _fault("Object missing required field `mrn`")
    ('/mrn', 'Object missing required field `mrn`')
    """
    what, _, path = message.partition(" - at `$")
    pointer = path.rstrip("`").replace("[", "/").replace("]", "").replace(".", "/")
    if "required field `" in what or "unknown field `" in what:
        pointer += "/" + what.split("`")[1]
    return pointer or "/", what


def _without_absent(tree: Any) -> Any:
    if isinstance(tree, dict):
        return {key: _without_absent(value) for key, value in tree.items() if value is not None}
    if isinstance(tree, list | tuple):
        return [_without_absent(value) for value in tree]
    return tree


def _days(tree: Any, pointer: str = "") -> Iterator[tuple[str, str]]:
    """Yield what has the form of a day or an instant and is in no calendar."""
    if isinstance(tree, Mapping):
        for key, value in tree.items():
            if key in _MOMENTS and isinstance(value, str):
                try:
                    (datetime if "T" in value else date).fromisoformat(value)
                except ValueError:
                    yield f"{pointer}/{key}", "no day of the calendar"
            yield from _days(value, f"{pointer}/{key}")
    elif isinstance(tree, list | tuple):
        for place, value in enumerate(tree):
            yield from _days(value, f"{pointer}/{place}")


def _letters(tree: Any, pointer: str = "") -> Iterator[tuple[str, str]]:
    """Yield the texts with characters that no paper shows: controls, halves of a pair, unassigned.

    A line's end may stand in a text.
    """
    if isinstance(tree, str):
        if any(unicodedata.category(one) in _UNSEEN and one != "\n" for one in tree):
            yield pointer, "a character that cannot be printed"
    elif isinstance(tree, Mapping):
        for key, value in tree.items():
            yield from _letters(value, f"{pointer}/{key}")
    elif isinstance(tree, list | tuple):
        for place, value in enumerate(tree):
            yield from _letters(value, f"{pointer}/{place}")


_UNSEEN: Final = frozenset({"Cc", "Cs", "Cn", "Co"})
_MOMENTS: Final = frozenset({
    "legal_date", "received_at", "accepted_at", "assessed_at", "due", "paid_at", "released_at",
    "granted_at", "valid_from", "valid_to", "opened_at", "closed_at", "at",
})  # fmt: skip


def _sums(found: contents.Content) -> Iterator[tuple[str, str]]:
    """Yield the totals that are not the sums of their lines."""
    if isinstance(found, contents.DeclarationPrint | contents.ReleaseNote):
        yield from _goods_sums(found.goods, found.totals)
    elif isinstance(found, contents.TaxNotice):
        if sum(line.payable for line in found.lines) != found.payable:
            yield "/payable", "not the sum of the lines"
        for place, total in enumerate(found.by_tax):
            if total.payable != sum(one.payable for one in found.lines if one.tax == total.tax):
                yield f"/by_tax/{place}/payable", "not the sum of the lines of this tax"
        if {one.tax for one in found.lines} != {one.tax for one in found.by_tax}:
            yield "/by_tax", "not the taxes of the lines"
    elif isinstance(found, contents.Receipt):
        if sum(one.amount for one in found.settled) != found.total:
            yield "/total", "not the sum of what was settled"
    elif (
        isinstance(found, contents.DeliveryOrder)
        and found.goods
        and sum(one.packages for one in found.goods) != (found.packages or 0)
    ):
        yield "/packages", "not the sum of the lines"


def _goods_sums(
    goods: tuple[contents.Goods, ...], totals: contents.Totals
) -> Iterator[tuple[str, str]]:
    if totals.items != len(goods):
        yield "/totals/items", "not the number of goods items"
    for name in _SUMMED:
        if getattr(totals, name) != summed(goods, name):
            yield f"/totals/{name}", "not the sum of the goods items"


def summed(goods: tuple[contents.Goods, ...], name: str) -> int | None:
    """Return the sum of a figure over goods items; None where one has none."""
    figures = [getattr(one, name) for one in goods]
    known = [each for each in figures if each is not None]
    return sum(known) if len(known) == len(figures) else None


def totals_of(goods: tuple[contents.Goods, ...]) -> contents.Totals:
    """Return the totals of goods items."""
    return contents.Totals(items=len(goods), **{name: summed(goods, name) for name in _SUMMED})
