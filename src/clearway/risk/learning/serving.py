"""The model that serves, and the one in the shadow, as every process holds them in its memory.

A model that is not there is no failure: selection does without. One that is there and cannot be
used is: whoever asks for it gets ``ModelUnusable``, must ask for documents and raise the alarm, and
never lets goods pass unseen (card C06, decision 0017). What was read is believed for half a second,
then the token of ``ModelGeneration`` says whether to read again, so that a promotion reaches every
process without a restart.
"""

from __future__ import annotations

import hashlib
import logging
import secrets
import time
from collections.abc import Sequence
from typing import Final, NamedTuple

import msgspec
from django.db import transaction

from clearway.risk.learning.goods_items import Row, items_of
from clearway.risk.learning.life_cycle import SERVING, WATCHING
from clearway.risk.learning.models import ModelGeneration, ModelVersion
from clearway.selectivity.evidence import Floats
from clearway.selectivity.generaliser import Generaliser
from clearway.selectivity.layout import BORDER
from clearway.vocabulary.errors import ClearwayError

FRESH_FOR: Final = 0.5
"""Seconds for which the models are believed without a look at the database."""
_log = logging.getLogger("clearway.risk")


class ModelUnusable(ClearwayError):
    """A model that ought to serve cannot be read: the documentary lane and an alarm follow."""


class Serving(NamedTuple):
    """A model ready to be asked: its number, the SHA-256 of its content, and the model itself."""

    number: int
    digest: str
    model: Generaliser

    def chances(self, rows: Sequence[Row]) -> Floats:
        """Return the chance of a violation for each goods item."""
        return self.model.chances(items_of(rows))


class _Unusable(NamedTuple):
    number: int
    why: str


class _Known(NamedTuple):
    token: str
    live: Serving | _Unusable | None
    shadow: tuple[Serving, ...]


class _Memory:
    """What this process knows, replaced as a whole, so that readers need no lock."""

    known: _Known | None = None
    believed_until: float = 0.0


def live() -> Serving | None:
    """Return the model that serves; None where none does.

    Raises:
        ModelUnusable: one ought to serve, and its content is damaged or of another format.
    """
    found = _current().live
    if isinstance(found, _Unusable):
        raise ModelUnusable(
            "The model that serves cannot be read.",
            where=f"model {found.number}: {found.why}",
            remedy="Retire it, or restore its content from a backup.",
        )
    return found


def in_shadow() -> tuple[Serving, ...]:
    """Return the models that judge without effect, by number; one that cannot be read is left out.

    Its failure is its own: nothing that is decided depends on it. The log tells of it.
    """
    return _current().shadow


def forget() -> None:
    """Look at the database again at the next question."""
    _Memory.known, _Memory.believed_until = None, 0.0


def renew() -> None:
    """Let every process read the models again, once this transaction is committed."""
    ModelGeneration.objects.update_or_create(pk=1, defaults={"token": secrets.token_hex(16)})
    forget()
    transaction.on_commit(forget)


def digest_of(content: bytes) -> str:
    """Return the digest by which a model's content is approved and found again."""
    return hashlib.sha256(content).hexdigest()


def opened(number: int, content: bytes, digest: str) -> Serving:
    """Return a stored model ready to be asked.

    Raises:
        ValueError: its content is not what was approved, or no model of this format.
    """
    if digest_of(content) != digest:
        raise ValueError("its content is not what was approved")
    model = Generaliser.from_bytes(content)
    try:
        # Trees that cannot be grown again are found now, not at the first declaration.
        model.booster  # noqa: B018 - made once, here
        model.chances(items_of([_NOBODYS]))
    except Exception as error:
        raise ValueError(f"its trees cannot be asked: {type(error).__name__}") from error
    return Serving(number, digest, model)


_NOBODYS: Final = msgspec.convert(
    {**dict.fromkeys(BORDER.text, ""), **dict.fromkeys(BORDER.number, 0.0)}, Row
)
"""An item of which nothing is declared, to see that a model answers."""


def _current() -> _Known:
    now = time.monotonic()
    known = _Memory.known
    if known is not None and now < _Memory.believed_until:
        return known
    token = ModelGeneration.objects.values_list("token", flat=True).first() or ""
    if known is None or known.token != token:
        known = _Known(token, *_read())
        _Memory.known = known
    _Memory.believed_until = now + FRESH_FOR
    return known


def _read() -> tuple[Serving | _Unusable | None, tuple[Serving, ...]]:
    live: Serving | _Unusable | None = None
    shadow: list[Serving] = []
    for row in ModelVersion.objects.filter(state__in=(*SERVING, *WATCHING)).order_by("number"):
        found: Serving | _Unusable
        try:
            found = opened(row.number, bytes(row.content), row.digest)
        except ValueError as wrong:
            _log.error("model %d cannot be used: %s", row.number, wrong)
            found = _Unusable(row.number, str(wrong))
        if row.state in SERVING:
            live = found
        elif isinstance(found, Serving):
            shadow.append(found)
    return live, tuple(shadow)
