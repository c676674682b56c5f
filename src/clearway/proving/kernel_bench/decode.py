"""Bench row ``decode_validate_pydantic``: decoding JSON declarations with every error reported.

The peer is pydantic 2 with models made from the very same records: the same members, lengths,
patterns and mandatory data, strict types, unknown keys forbidden, texts neither blank nor with
control or deceptive characters, validated from the JSON bytes in one go by its Rust core. Ours
does two things more, which pydantic has no means for: keys that come twice, and line numbers.
The messages have no key twice, so that the two must report errors at the same data: that is
checked, message by message, before anything is timed.
"""

from __future__ import annotations

import random
import time
import types
import typing
from collections.abc import Callable
from functools import cache
from typing import Any

import msgspec

from clearway.messages import read_json
from clearway.messages.formats import Leaf
from clearway.messages.records import MetaData
from clearway.messages.shapes import Shape, pointer_of, shape_of
from clearway.proving.kernel_bench.decode_messages import make_messages
from clearway.proving.kernel_bench.row import Row

NAME = "decode_validate_pydantic"
MESSAGES = 1_000
SHARE_WITH_ERRORS = 0.02
OTHER_SHARES = (0.10, 1.0)
ROUNDS = 9
BATCH = 100
# The characters of ``leaf_checks`` that no text may hold, as Rust's regular expressions have them.
_SUSPECT = (
    r"\x00-\x1f\x7f-\x9f\u{ad}\u{200b}\u{2060}-\u{2064}\u{2066}-\u{2069}\u{202a}-\u{202e}\u{feff}"
    r"\u{fff9}-\u{fffb}\u{fffe}\u{ffff}\u{e0000}-\u{e007f}"
)
_BLANKS_ONLY = rf"^[^{_SUSPECT}]*$"
_SOME_TEXT = rf"^ *[^ {_SUSPECT}][^{_SUSPECT}]*$"


def run(*, messages: int = MESSAGES, share: float = SHARE_WITH_ERRORS, seed: int = 7) -> list[Row]:
    """Measure the row.

    Args:
        messages: how many declarations are decoded.
        share: the share of declarations that have one to four errors.
        seed: of the generator; the same seed gives the same messages.

    Returns:
        One row; CPU seconds for all messages, the best of nine alternating rounds. The peer's
        name says the share, and the ratios at other shares of messages with errors.
    """
    peer = _peer()
    texts = make_messages(messages, share, random.Random(seed))
    equal = all(_our_places(text) == _peer_places(peer, text) for text in texts)
    others = []
    for other in OTHER_SHARES:
        more = make_messages(max(messages // 3, 1), other, random.Random(seed))
        equal = equal and all(_our_places(text) == _peer_places(peer, text) for text in more)
        ours_best, peer_best = _best(peer, more)
        others.append(f"{peer_best / ours_best:.2f} at {other:.0%}")
    ours_best, peer_best = _best(peer, texts)
    return [
        Row(
            name=NAME,
            ours=ours_best,
            peer=peer_best,
            peer_name=f"pydantic, {share:.0%} of the messages with errors "
            f"(ratio {', '.join(others)})",
            ratio=peer_best / ours_best,
            unit="CPU seconds",
            equal=equal,
        )
    ]


def _best(peer: Callable[[bytes], Any], texts: list[bytes]) -> tuple[float, float]:
    """Return the CPU seconds of both for all messages: the best round of each batch, added up.

    A batch is short beside the moments in which a shared machine slows down, and long enough for
    the caches to be either side's own.
    """
    ours_total = peer_total = 0.0
    for start in range(0, len(texts), BATCH):
        batch = texts[start : start + BATCH]
        ours_best = peer_best = float("inf")
        for _ in range(ROUNDS):
            ours_best = min(ours_best, _cpu(read_json, batch))
            peer_best = min(peer_best, _cpu(peer, batch))
        ours_total += ours_best
        peer_total += peer_best
    return ours_total, peer_total


def _cpu(read: Callable[[bytes], Any], texts: list[bytes]) -> float:
    start = time.process_time()
    for text in texts:
        read(text)
    return time.process_time() - start


def _our_places(text: bytes) -> set[str]:
    return {problem.pointer for problem in read_json(text).problems}


def _peer_places(peer: Callable[[bytes], Any], text: bytes) -> set[str]:
    found = peer(text)
    return {_pointer(error["loc"]) for error in found} if isinstance(found, list) else set()


def _peer() -> Callable[[bytes], Any]:
    """Return a function that gives a model, or pydantic's list of all errors."""
    import pydantic

    validate = _model(MetaData).model_validate_json

    def read(text: bytes) -> Any:
        try:
            return validate(text)
        except pydantic.ValidationError as error:
            return error.errors(include_url=False)

    return read


@cache
def _model(record: type[msgspec.Struct]) -> Any:
    """Return the pydantic model of a record, member by member."""
    import pydantic

    hints = typing.get_type_hints(record, include_extras=True)
    members: dict[str, Any] = {}
    for field in msgspec.structs.fields(record):
        if field.name == "attributes":
            continue
        default = ... if field.required else field.default
        name = field.encode_name
        kind = _translated(hints[field.name])
        if name == "currencyID":
            kind = typing.Annotated[kind, pydantic.Field(pattern="^[A-Z]{3}$")]
        members[f"field_{field.name}"] = (
            kind,
            pydantic.Field(default, alias=name),
        )
    config = pydantic.ConfigDict(extra="forbid", strict=True, populate_by_name=False)
    return pydantic.create_model(record.__name__, __config__=config, **members)


def _pattern(leaf: Leaf) -> str | None:
    """Return what our checks of a leaf ask for beyond the annotation's own bounds."""
    if leaf.kind in ("amount", "quantity"):
        whole, decimals = leaf.digits - leaf.decimals, leaf.decimals
        fraction = rf"(?:\.[0-9]{{1,{decimals}}})?" if decimals else ""
        return rf"^-?(?:0|[1-9][0-9]{{0,{whole - 1}}}){fraction}$"
    if leaf.alphabet == "an" and not leaf.choices and leaf.kind in ("code", "id", "text"):
        return _BLANKS_ONLY if leaf.blank else _SOME_TEXT
    return None


def _translated(hint: Any) -> Any:
    """Translate an annotation of ours into pydantic's."""
    import pydantic

    origin = typing.get_origin(hint)
    if origin is typing.Annotated:
        inner = _translated(hint.__origin__)
        for extra in hint.__metadata__:
            if isinstance(extra, Leaf) and (pattern := _pattern(extra)):
                inner = typing.Annotated[inner, pydantic.Field(pattern=pattern)]
            if not isinstance(extra, msgspec.Meta):
                continue
            names = ("min_length", "max_length", "pattern", "ge", "le")
            given = {name: getattr(extra, name) for name in names}
            bounds = {name: value for name, value in given.items() if value is not None}
            inner = typing.Annotated[inner, pydantic.Field(**bounds)]
        return inner
    if origin in (typing.Union, types.UnionType):
        return typing.Optional[_translated(typing.get_args(hint)[0])]  # noqa: UP045 - at run time
    if origin is tuple:
        inner = _translated(typing.get_args(hint)[0])
        # A JSON array is no tuple in strict mode; a list is the faster container besides.
        return list[inner]  # type: ignore[valid-type]
    if isinstance(hint, type) and issubclass(hint, msgspec.Struct):
        return _model(hint)
    return hint


def _pointer(place: tuple[int | str, ...]) -> str:
    """Return the WCO pointer of pydantic's place."""
    shape: Shape = shape_of(MetaData)
    pointer = ""
    steps = list(place)
    while steps:
        member = shape.by_tag.get(str(steps.pop(0)))
        if member is None:
            return pointer
        if member.shape is None:
            return pointer_of(pointer, member, 0)
        position = int(steps.pop(0)) + 1 if member.repeated and steps else 0
        pointer = pointer_of(pointer, member, position)
        shape = member.shape
    return pointer
