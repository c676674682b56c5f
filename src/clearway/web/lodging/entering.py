"""What is typed, and what of it can be put into the declaration.

Numbers are typed as readers of each language write them, and kept exact.
"""

from __future__ import annotations

import unicodedata
from datetime import date
from decimal import Decimal
from string import digits
from typing import Any, Final, NamedTuple

from babel.numbers import (
    NumberFormatError,
    format_decimal,
    get_decimal_symbol,
    get_group_symbol,
    parse_decimal,
)

from clearway.kernel.pointers import pointer as kernel_pointer
from clearway.web.lodging import special
from clearway.web.lodging import tree as trees
from clearway.web.lodging.fields import Bound
from clearway.web.lodging.tree import ITEMS, Tree

_NUMBERS: Final = frozenset({"number", "whole"})
_MOST_DIGITS: Final = 24
"""Signs of a number that is typed: more than any amount, mass or quantity of a declaration has."""
_EXAMPLE: Final = Decimal("1234.5")
_DAY: Final = "102"
_LONGEST_TEXT: Final = 10_000


class Fault(NamedTuple):
    """Why what was typed cannot be put into the declaration: a key of words, and an example."""

    word: str
    example: str = ""


def shown(one: Bound, tree: Tree, language: str) -> str:
    """Return the datum of a field as it is typed by readers of a language."""
    text = _raw(one, tree)
    if one.field.kind in _NUMBERS:
        return written(text, language)
    if one.field.kind == "date":
        return f"{text[:4]}-{text[4:6]}-{text[6:8]}" if len(text) >= 8 else text
    return text


def written(text: str, language: str) -> str:
    """Return a number of a message as readers of a language type it, with all its decimals.

    >>> written("2531.620", "vi"), written("2531.620", "en"), written("x", "en")
    ('2.531,620', '2,531.620', 'x')
    """
    try:
        exact = Decimal(text)
    except ArithmeticError:
        return text
    if not exact.is_finite():
        return text
    if len(exact.as_tuple().digits) > _MOST_DIGITS or abs(exact.adjusted()) > _MOST_DIGITS:
        return text  # a message may hold any number; it is shown as it came
    _, _, decimals = text.partition(".")
    pattern = "#,##0" + ("." + "0" * len(decimals) if decimals else "")
    return format_decimal(exact, pattern, locale=language, decimal_quantization=False)


def exact(text: str, language: str, *, whole: bool = False) -> str:
    """Return a number that somebody typed as messages write it.

    >>> exact("1.234,50", "vi"), exact("1,234.50", "en"), exact("٢٥٣١٫٦", "ar")
    ('1234.50', '1234.50', '2531.6')

    Raises:
        ValueError: it is none in this language.
    """
    plain = "".join(
        str(unicodedata.digit(sign)) if unicodedata.category(sign) == "Nd" else sign
        for sign in text
        if not sign.isspace() and unicodedata.category(sign) != "Cf"
    )
    plain = plain.replace("٫", get_decimal_symbol(language)).replace(
        "٬", get_group_symbol(language)
    )
    if get_group_symbol(language).isspace():
        groups = get_group_symbol(language)
        plain = plain.replace(groups, "")
    signs = {get_decimal_symbol(language), get_group_symbol(language), "-", "+"}
    if not plain or len(plain) > _MOST_DIGITS or not set(plain) - signs <= set(digits):
        raise ValueError(text)
    try:
        number = parse_decimal(plain, locale=language, strict=True)
    except NumberFormatError as error:
        raise ValueError(text) from error
    if not number.is_finite() or (whole and number != number.to_integral_value()):
        raise ValueError(text)
    return f"{number.to_integral_value() if whole else number:f}"


def enter(one: Bound, tree: Tree, text: str, language: str) -> Fault | None:
    """Put what was typed into a field, or tell why that cannot be; then nothing is changed."""
    text = text.replace("\r\n", "\n").strip()
    kind = one.field.kind
    if "\0" in text or len(text) > _LONGEST_TEXT:
        return Fault("lodge_wrong_text")
    if text and kind in _NUMBERS:
        try:
            text = exact(text, language, whole=kind == "whole")
        except ValueError:
            word = "lodge_wrong_whole" if kind == "whole" else "lodge_wrong_number"
            return Fault(word, format_decimal(_EXAMPLE, locale=language))
    if kind == "date" and text:
        try:
            text = f"{date.fromisoformat(text):%Y%m%d}"
        except ValueError:
            return Fault("lodge_wrong_date")
    if kind == "code":
        text = text.partition(" ")[0].upper()
    if kind == "lines" and one.field.name == "description":
        text = " ".join(text.split())
    _set(one, tree, text)
    return None


def _set(one: Bound, tree: Tree, text: str) -> None:
    path = one.field.path
    home = f"{ITEMS}[{one.item}]/" if one.item else ""
    if path.startswith("@"):
        special.SPECIAL[path].put(_class(tree, one.item), text)
        return
    if path.endswith("@code"):
        row = path.removesuffix("@code")
        for key, part in (("CategoryCode", text[:1]), ("TypeCode", text[1:])):
            trees.put(tree, f"{home}{row}/{key}", part)
        return
    if one.field.kind == "date":
        trees.put(tree, f"{one.path}/value", text)
        trees.put(tree, f"{one.path}/formatCode", _DAY if text else "")
        return
    trees.put(tree, one.path, text)
    for beside, value in one.field.beside:
        if not text or not trees.read(tree, home + beside):
            trees.put(tree, home + beside, value if text else "")


def _raw(one: Bound, tree: Tree) -> str:
    path = one.field.path
    if path.startswith("@"):
        return special.SPECIAL[path].read(_class(tree, one.item))
    if path.endswith("@code"):
        row = one.path.removesuffix("@code")
        return trees.read(tree, f"{row}/CategoryCode") + trees.read(tree, f"{row}/TypeCode")
    if one.field.kind == "date":
        return trees.read(tree, f"{one.path}/value")
    return trees.read(tree, one.path)


def _class(tree: Tree, item: int) -> Tree:
    found: Any = trees.items(tree)[item - 1] if item else tree
    return found if isinstance(found, dict) else {}


def pointer(one: Bound, tree: Tree) -> str:
    """Return the WCO pointer of a field's datum."""
    if one.field.pointer:
        return kernel_pointer(one.field.pointer, one.item, 1)
    path = one.path
    if path.endswith("@code"):
        path = path.removesuffix("@code") + "/TypeCode"
    return trees.pointer(tree, path)
