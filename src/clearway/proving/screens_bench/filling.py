"""A record of many declarations, by a few statements: one real declaration, copied.

States, lanes, offices, parties and instants are spread as in a year of a busy border: one in a
hundred waits for an officer. Only ``WHOLE`` copies keep their message; the others' is one byte, as
no list reads it.
"""

from __future__ import annotations

from typing import Any, Final

from django.db import connection
from django.db.models import Model

from clearway.assessment.models import Assessment
from clearway.audit.models import Entry, Leaf
from clearway.declarations.models import Declaration, GoodsItem, Version
from clearway.events.models import Event
from clearway.vocabulary.clock import microseconds

WHOLE: Final = 2_000
BASE: Final = 10_000_000
"""Numbers of the copies begin here, beyond those that the platform has given."""
_STEP: Final = 30_000_000


def fill(count: int) -> None:
    """Copy the only declaration of the record so many times, with all that hangs on it."""
    original = Declaration.objects.get()
    version = Version.objects.get(declaration=original)
    assessed = Assessment.objects.get(declaration=original.pk)
    item = GoodsItem.objects.filter(version=version).order_by("item")[0]
    event = Event.objects.filter(subject=f"declaration:{original.mrn}").order_by("id")[0]
    place = (Entry.objects.order_by("-position").values_list("position", flat=True)[0] or 0) + 1
    number = f"{BASE} + i"
    mrn = f"'26XPB' || ({BASE} + i)"
    began = microseconds(original.received_at) - count * _STEP
    _copy(count, Declaration, original.pk, {
        "id": number,
        "mrn": f"CASE WHEN i % 25 = 3 THEN NULL ELSE {mrn} END",
        "lrn": "'LRN-' || i",
        "fingerprint": _bytes(),
        "consignment_key": mrn,
        "transport_document": f"'BL' || ({BASE} + i)",
        "organisation": f"CASE WHEN i % 1000 = 7 THEN {original.organisation} ELSE 900000 END",
        "importer": "CASE WHEN i % 1000 = 7 THEN importer ELSE 'XP55' || (100000 + i % 5000) END",
        "declarant": "CASE WHEN i % 1000 = 7 THEN declarant ELSE 'XP66' || (100000 + i % 40) END",
        "office": "CASE i % 8 WHEN 0 THEN office ELSE 'XP0009' || (i % 8) || '0' END",
        "state": "CASE WHEN i % 25 = 3 THEN 'rejected' WHEN i % 200 < 8 AND i % 8 = 0 "
                 "THEN 'documents_requested' WHEN i % 200 BETWEEN 101 AND 102 THEN 'under_control' "
                 "WHEN i % 50 = 11 THEN 'invalidated' WHEN i % 20 = 9 THEN 'assessed' "
                 "ELSE 'released' END",
        "lane": "CASE WHEN i % 25 = 3 THEN NULL WHEN i % 200 BETWEEN 101 AND 102 THEN 3 "
                "WHEN i % 200 < 8 AND i % 8 = 0 THEN 2 WHEN i % 9 = 0 THEN 1 ELSE 0 END",
        "received_at": f"{began} + i * {_STEP}",
    })  # fmt: skip
    light = f"CASE WHEN i > {count - WHOLE} THEN {{}} ELSE {_one_byte()} END"
    _copy(count, Version, version.pk, {
        "id": number, "declaration_id": number,
        "message": light.format("message"), "lodgement": light.format("lodgement"),
    })  # fmt: skip
    _copy(count, GoodsItem, item.pk, {
        "id": number, "version_id": number,
        "commodity": "CASE WHEN i % 400 = 0 THEN commodity ELSE '' || (10000000 + i % 9000) END",
    })  # fmt: skip
    _copy(count, Assessment, assessed.pk, {
        "id": number, "declaration": number, "version": number,
    })  # fmt: skip
    _copy(count, Leaf, event.leaf_id, {"id": number, "subject": f"'declaration:' || {mrn}"})
    _copy(count, Entry, event.leaf_id, {"leaf_id": number, "position": f"{place} + i"})
    _copy(count, Event, event.pk, {
        "id": number, "leaf_id": number, "subject": f"'declaration:' || {mrn}",
    })  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def _copy(count: int, model: type[Model], key: Any, changed: dict[str, str]) -> None:
    """Copy one row of a table so many times; ``i`` counts from 1."""
    described: Any = model._meta  # noqa: SLF001 - Django's own name of it
    table, primary = described.db_table, described.pk.column
    columns = [field.column for field in described.concrete_fields]
    unknown = changed.keys() - set(columns)
    assert not unknown, unknown
    listed = ", ".join(f'"{column}"' for column in columns)
    values = ", ".join(changed.get(column, f'"{column}"') for column in columns)
    if connection.vendor == "postgresql":
        numbers, before = f"generate_series(1::bigint, {count}) AS n(i)", ""
    else:
        numbers = "n"
        before = (
            f"WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {count}) "  # noqa: S608 - our own names
        )
    with connection.cursor() as cursor:
        cursor.execute(
            f'INSERT INTO "{table}" ({listed}) {before}SELECT {values} '  # noqa: S608 - our own names
            f'FROM "{table}", {numbers} WHERE "{primary}" = {int(key)}'
        )


def _bytes() -> str:
    """Return the expression of sixteen bytes that are another's for each ``i``."""
    if connection.vendor == "postgresql":
        return "decode(lpad(i::text, 32, '0'), 'hex')"
    return "CAST(printf('%016d', i) AS BLOB)"


def _one_byte() -> str:
    return "'\\x00'::bytea" if connection.vendor == "postgresql" else "x'00'"
