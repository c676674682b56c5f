"""How requests are read: strictly, so that no room ever meets what no database can hold.

JSON is UTF-8, without NUL characters, halves of surrogate pairs, numbers beyond 64 bits or twice
the same key; a parameter that is given once is given once.
"""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Iterator
from typing import Any, NoReturn

from django.http import HttpRequest
from django.utils.datastructures import MultiValueDict
from ninja.parser import Parser

from clearway.vocabulary.errors import DataRefused, InputUnusable, WrongMediaType

_LARGEST = 2**63 - 1
_JSON = "application/json"


class StrictParser(Parser):
    """Reads bodies and parameters."""

    def parse_body(self, request: HttpRequest) -> Any:
        """Return the JSON body.

        Raises:
            WrongMediaType: it does not say that it is JSON.
            InputUnusable: it is no JSON.
            DataRefused: it is, with texts or numbers that cannot be kept.
        """
        if request.content_type != _JSON:
            raise WrongMediaType(f"The body is to be {_JSON}.")
        try:
            told = json.loads(
                request.body.decode("utf-8"),
                parse_constant=_no_number,
                parse_float=_finite,
                object_pairs_hook=_once,
            )
        except RecursionError:
            raise InputUnusable("The JSON is nested too deeply.") from None
        except ValueError as error:  # which the errors of decoding are too
            raise InputUnusable(f"The body is no JSON: {_words(error)}.") from None
        refuse_unkeepable("/body", told)
        return told

    def parse_querydict(
        self, data: MultiValueDict[str, Any], list_fields: list[str], request: HttpRequest
    ) -> dict[str, Any]:
        """Return parameters by name.

        Raises:
            DataRefused: a single one is given twice, or one has a NUL character.
        """
        where = "/query" if data is request.GET else "/body"
        faults = [
            (f"{where}/{name}", "given more than once")
            for name in data
            if name not in list_fields and len(data.getlist(name)) > 1
        ]
        if faults:
            raise DataRefused("A parameter is given more than once.", faults=faults)
        found: dict[str, Any] = super().parse_querydict(data, list_fields, request)
        texts = {name: value for name, value in found.items() if isinstance(value, str | list)}
        refuse_unkeepable(where, texts)
        return found


def refuse_unkeepable(where: str, told: Any) -> None:
    """Refuse texts and numbers that a database cannot keep, each by its pointer.

    Raises:
        DataRefused: carries all of them.
    """
    faults = list(_unkeepable(where, told))
    if faults:
        raise DataRefused("The data have what no record can keep.", faults=faults)


def _unkeepable(where: str, told: Any) -> Iterator[tuple[str, str]]:
    stack = [(where, told)]
    while stack:
        at, value = stack.pop()
        if isinstance(value, str):
            if not _is_text(value):
                yield at, "a character that is no text"
        elif isinstance(value, dict):
            if not all(map(_is_text, value)):
                yield at, "a name that is no text"
                continue
            if isinstance(value, _Twice):
                for name in value.names:
                    yield f"{at}/{_escape(name)}", "stands more than once in its object"
            stack.extend((f"{at}/{_escape(key)}", part) for key, part in reversed(value.items()))
        elif isinstance(value, list):
            stack.extend((f"{at}/{place}", part) for place, part in reversed([*enumerate(value)]))
        elif isinstance(value, int) and abs(value) > _LARGEST:
            yield at, "a number beyond 64 bits"


def _is_text(value: str) -> bool:
    try:
        return b"\0" not in value.encode()
    except UnicodeEncodeError:  # half a surrogate pair
        return False


def _escape(key: str) -> str:
    return key.replace("~", "~0").replace("/", "~1")


def _no_number(word: str) -> NoReturn:
    raise ValueError(f"{word} is no number")


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise ValueError("a number is beyond all bounds")
    return number


class _Twice(dict[str, Any]):
    """An object in which some names stand more than once."""

    names: list[str]


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    told = dict(pairs)
    if len(told) == len(pairs):
        return told
    twice = _Twice(told)
    counts = Counter(name for name, _ in pairs)
    twice.names = [name for name, count in counts.items() if count > 1]
    return twice


def _words(error: ValueError) -> str:
    if isinstance(error, json.JSONDecodeError):
        return f"{error.msg} in line {error.lineno}, column {error.colno}"
    if isinstance(error, UnicodeDecodeError):
        return f"it is not UTF-8 at byte {error.start}"
    return str(error)
