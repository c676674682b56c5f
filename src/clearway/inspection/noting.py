"""What inspectors note of goods: coded findings, pictures, samples and what laboratories say."""

from __future__ import annotations

import hashlib
from decimal import Decimal, InvalidOperation
from typing import Final

from clearway.audit.actor import Actor
from clearway.declarations import documents
from clearway.declarations import queries as declarations
from clearway.declarations.sniffing import file_name, media_type_of
from clearway.inspection import access, events, queries
from clearway.inspection.models import Finding, LabResult, Photo, Sample
from clearway.inspection.rules import FINDINGS, OF_ITEM, OF_QUANTITY
from clearway.inspection.service import Work, at_work
from clearway.inspection.telling import announce
from clearway.kernel.lodgement import Item
from clearway.vocabulary.errors import DataRefused, NotThere, StateForbids

_PICTURES: Final = frozenset({"image/png", "image/jpeg", "image/tiff"})
_MOST_BYTES: Final = 20 << 20
_MILLION: Final = 1_000_000
_THOUSAND: Final = 1_000
_LARGEST: Final = 10**12


def find(
    actor: Actor,
    number: int,
    *,
    code: str,
    item: int = 0,
    found: str = "",
    value: str = "",
    note: str = "",
) -> Finding:
    """Record what differs from the declaration.

    Args:
        actor: one of the team.
        number: the opening's.
        code: of ``rules.FINDINGS``.
        item: position of the goods item; 0 for all, or for goods that were not declared.
        found: the quantity, the commodity code or the country found, by the code. Of undeclared
            goods their commodity code, of a value the amount found, in the item's currency.
        value: of undeclared goods their worth, in the currency of the invoice.
        note: in the inspector's words.

    Raises:
        NotThere: no such opening for this actor.
        StateForbids: he was not drawn, or it is not under way.
        DataRefused: the code is none, the item is not there, or what was found cannot be read.
    """
    if code not in FINDINGS:
        raise DataRefused(
            "There is no such kind of finding.",
            faults=_at("code", "none of the list"),
            remedy="Mend what is marked and send it again.",
        )
    with at_work(actor, number, "find") as work:
        row = Finding(opening=work.opening, asked_by=work.asked_by, code=code, item=item,
                      found=found.strip(), note=note[:512], by=actor.name,
                      at=work.doing.at)  # fmt: skip
        _fill(row, _item(work, code, item), value)
        row.save()
        work.opening.save(update_fields=["state"])
        announce(work.doing, work.declaration, work.opening, events.FINDING_RECORDED,
                 code=code, item=item, declared=row.declared, found=row.found,
                 private=True)  # fmt: skip
    return row


def withdraw(actor: Actor, number: int, finding: int) -> Finding:
    """Take back a finding that was noted by mistake; the record keeps it.

    Raises:
        NotThere: no such opening or finding.
        StateForbids: he was not drawn, or it is not under way.
    """
    with at_work(actor, number, "find") as work:
        row = queries.finding(work.opening.pk, finding)
        if row is None or row.asked_by != work.asked_by:
            raise NotThere("There is no such finding.", remedy="Look where it stands now.")
        row.withdrawn_at = work.doing.at
        row.save(update_fields=["withdrawn_at"])
        announce(work.doing, work.declaration, work.opening, events.FINDING_WITHDRAWN,
                 code=row.code, item=row.item, private=True)  # fmt: skip
    return row


def keep_photo(
    actor: Actor, number: int, *, name: str, content: bytes, sha256: str, item: int = 0
) -> Photo:
    """Keep a picture with the hash that was made of it where it was taken.

    Raises:
        NotThere: no such opening for this actor.
        StateForbids: he was not drawn, it is not under way, or the picture is there already.
        DataRefused: it comes without its hash or with another's, or is no picture.
    """
    access.opening_for(actor, number, to="inspect")
    digest = hashlib.sha256(content).hexdigest()
    if not sha256.strip():
        raise DataRefused(
            "A picture needs the hash that was made of it.",
            faults=_at("sha256", "missing"),
            remedy="Mend what is marked and send it again.",
        )
    if sha256.strip().lower() != digest:
        raise DataRefused(
            "The picture is not the one of this hash.",
            faults=_at("sha256", "not that of the file"),
            remedy="Mend what is marked and send it again.",
        )
    if len(content) > _MOST_BYTES:
        raise DataRefused(
            "The picture is too large.",
            faults=(("/body/file", f"more than {_MOST_BYTES >> 20} MiB"),),
            remedy="Send it smaller, or in parts.",
        )
    bare = file_name(name)
    media_type = media_type_of(bare, content)
    if media_type not in _PICTURES:
        raise DataRefused(
            "This is no picture.",
            faults=_at("file", media_type),
            remedy="Mend what is marked and send it again.",
        )
    documents.keep(digest, content)
    with at_work(actor, number, "find") as work:
        if queries.photos(number).filter(sha256=digest).exists():
            raise StateForbids("This picture is there already.", remedy="Take another one.")
        row = Photo.objects.create(
            opening=work.opening, item=item, name=bare, media_type=media_type,
            size=len(content), sha256=digest, by=actor.name, at=work.doing.at,
        )  # fmt: skip
        announce(work.doing, work.declaration, work.opening, events.PHOTO_TAKEN, sha256=digest,
                 size=row.size, photo=row.pk, private=True)  # fmt: skip
    return row


def bytes_of(photo: Photo) -> bytes:
    """Return a picture's bytes, proved by their hash.

    Raises:
        DefectFound: the file is gone, or was changed behind our back.
    """
    return documents.content_under(photo.sha256)


def take_sample(
    actor: Actor, number: int, *, item: int, what: str, seal: str, laboratory: str
) -> Sample:
    """Draw a sample; the look waits for what the laboratory finds.

    Raises:
        NotThere: no such opening for this actor.
        StateForbids: he was not drawn, or it is not under way.
        DataRefused: the item is not there.
    """
    with at_work(actor, number, "sample") as work:
        _item(work, "", item)
        count = queries.samples(work.opening.pk).count() + 1
        row = Sample.objects.create(
            opening=work.opening, number=f"{work.declaration.mrn}-S{work.opening.pk}-{count}",
            item=item, what=what, seal=seal, laboratory=laboratory, by=actor.name,
            at=work.doing.at,
        )  # fmt: skip
        work.opening.save(update_fields=["state"])
        announce(work.doing, work.declaration, work.opening, events.SAMPLED, sample=row.number,
                 item=item, laboratory=laboratory)  # fmt: skip
    return row


def take_lab_result(
    actor: Actor, number: int, sample: int, *, conclusion: str, report: str, text: str
) -> LabResult:
    """Record what the laboratory found in a sample.

    Raises:
        NotThere: no such opening or sample.
        StateForbids: he was not drawn, or the sample has its result.
    """
    with at_work(actor, number, "analyse") as work:
        row = queries.sample(work.opening.pk, sample)
        if row is None:
            raise NotThere("There is no such sample.", remedy="Look where it stands now.")
        if LabResult.objects.filter(sample=row).exists():
            raise StateForbids("This sample has its result.", remedy="Look where it stands now.")
        made = LabResult.objects.create(
            sample=row, conclusion=conclusion, report=report, text=text, by=actor.name,
            at=work.doing.at,
        )  # fmt: skip
        announce(work.doing, work.declaration, work.opening, events.ANALYSED, sample=row.number,
                 conclusion=conclusion, report=report, private=True)  # fmt: skip
    return made


def _item(work: Work, code: str, item: int) -> Item | None:
    """Return the declared item that something is about; None where it is about all."""
    if item == 0 and code not in OF_ITEM:
        return None
    lodgement = declarations.lodgement_of(declarations.current_version(work.declaration))
    if not 1 <= item <= len(lodgement.items):
        raise DataRefused(
            "The declaration has no such goods item.",
            faults=_at("item", "not declared"),
            remedy="Mend what is marked and send it again.",
        )
    return lodgement.items[item - 1]


def _fill(row: Finding, item: Item | None, value: str) -> None:
    """Write what was declared, from the record, and what was found, as the kernel reads it."""
    if row.code in OF_QUANTITY and item is not None:
        if item.quantity is None:
            raise DataRefused(
                "The item declares no quantity to compare with.",
                faults=_at("item", "no quantity"),
                remedy="Mend what is marked and send it again.",
            )
        row.quantity = _scaled(row.found, _MILLION)
        row.declared = f"{Decimal(item.quantity) / _MILLION:f} {item.quantity_unit}".strip()
        if (row.quantity > item.quantity) != (row.code == "quantity_excess"):
            raise DataRefused(
                "This is not more, or not less, as said.",
                faults=_at("found", "on the other side"),
                remedy="Mend what is marked and send it again.",
            )
    elif row.code == "value" and item is not None:
        row.amount = _scaled(row.found, _THOUSAND)
        row.declared = f"{Decimal(item.item_amount or 0) / _THOUSAND:f} {item.item_currency}"
    elif row.code == "classification" and item is not None:
        row.declared, row.datum = item.commodity, _code(row.found, 22)
    elif row.code == "origin" and item is not None:
        row.declared, row.datum = item.origin, _code(row.found, 2)
    elif row.code == "undeclared_goods":
        row.datum, row.amount = _code(row.found, 22), _scaled(value, _THOUSAND)


def _code(text: str, longest: int) -> str:
    code = text.replace(" ", "").replace(".", "").upper()
    if not code.isascii() or not code.isalnum() or len(code) > longest:
        raise DataRefused(
            "What was found cannot be read.",
            faults=_at("found", "no code"),
            remedy="Mend what is marked and send it again.",
        )
    return code


def _scaled(text: str, scale: int) -> int:
    try:
        number = Decimal(text.strip())
    except InvalidOperation:
        raise DataRefused(
            "What was found cannot be read.",
            faults=_at("found", "no number"),
            remedy="Mend what is marked and send it again.",
        ) from None
    scaled = number * scale if number.is_finite() and abs(number) < _LARGEST else Decimal("0.5")
    if scaled != scaled.to_integral_value() or scaled < 0:
        raise DataRefused(
            "What was found cannot be read.",
            faults=_at("found", "too many decimals"),
            remedy="Mend what is marked and send it again.",
        )
    return int(scaled)


def _at(field: str, why: str) -> tuple[tuple[str, str], ...]:
    return ((f"/body/{field}", why),)
