"""A condition read aloud: from the syntax tree to a sentence in the reader's language.

``origin IN ('CN', 'VN') AND hs LIKE '8517%' AND customs_value / net_mass < 3`` is *the origin is
China or Vietnam, and the commodity code begins with 8517, and the customs value per kilogram is
less than 3*. What is read is sqlglot's tree after the whitelist: nothing that does not compile is
ever read, and no text of a condition is taken for words.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any, Final

from babel import Locale
from babel.dates import format_date
from babel.lists import format_list
from babel.numbers import format_decimal
from sqlglot import exp

from clearway.kernel.columns import ColumnType
from clearway.kernel.features import SCHEMA
from clearway.kernel.profiles.language import parse
from clearway.vocabulary.errors import ProfileRefused
from clearway.web.words import RIGHT_TO_LEFT, words

_COMPARED: Final[Mapping[type[exp.Expr], str]] = {
    exp.EQ: "eq", exp.NEQ: "ne", exp.LT: "lt", exp.LTE: "le", exp.GT: "gt", exp.GTE: "ge",
}  # fmt: skip
_MIRRORED: Final = {"eq": "eq", "ne": "ne", "lt": "gt", "le": "ge", "gt": "lt", "ge": "le"}
_NOT: Final = {"eq": "ne", "ne": "eq", "lt": "ge", "ge": "lt", "gt": "le", "le": "gt"}
_COUNTED: Final[Mapping[type[exp.Expr], str]] = {
    exp.Add: "plus", exp.Sub: "minus", exp.Mul: "times", exp.Div: "per",
}  # fmt: skip
_COUNTRIES: Final = frozenset(
    ("origin", "preferential_origin", "export_country", "destination_country", "importer_country",
     "exporter_country", "border_nationality")
)  # fmt: skip


def read_aloud(condition: str, language: str) -> str:
    """Return a condition as a sentence; empty where it cannot be used.

    Args:
        condition: in the profile language.
        language: one of ``LANGUAGES``.
    """
    try:
        return _Reader(language).clause(parse(condition, SCHEMA))
    except (ProfileRefused, RecursionError):
        return ""


@cache
def _ratios() -> Mapping[str, str]:
    """Return the column that each computed ratio is, by how sqlglot writes its formula."""
    return {
        parse(f"{one.formula} = 0", SCHEMA).this.sql(): one.name for one in SCHEMA if one.formula
    }


class _Reader:
    def __init__(self, language: str) -> None:
        self.words = words(language)
        self.locale = Locale.parse(language)
        self.apart = ("\u2068", "\u2069") if language in RIGHT_TO_LEFT else ("", "")

    def says(self, form: str, **parts: str) -> str:
        """Return a form of the language, filled in."""
        return str(self.words[f"reads_{form}"]).format(**parts)

    def clause(self, node: exp.Expr, *, negated: bool = False, within: str = "") -> str:
        """Return what a condition says; ``within`` is what joins it to its neighbours."""
        while isinstance(node, exp.Paren | exp.Not):
            negated ^= isinstance(node, exp.Not)
            node = node.this
        if isinstance(node, exp.And | exp.Or):
            join = "and" if isinstance(node, exp.And) != negated else "or"
            parts = [self.clause(one, negated=negated, within=join) for one in _chain(node)]
            whole = parts[0]
            for part in parts[1:]:
                whole = self.says(join, first=whole, second=part)
            return f"({whole})" if within not in {"", join} else whole
        return self._leaf(node, negated=negated)

    def _leaf(self, node: exp.Expr, *, negated: bool) -> str:
        if isinstance(node, exp.Like):
            return self._like(node, negated=negated ^ bool(node.args.get("negate")))
        if isinstance(node, exp.In):
            values = [self.value(one, node.this) for one in node.expressions]
            told = format_list(values, "or", self.locale)
            return self.says("ne" if negated else "eq", what=self.value(node.this), value=told)
        if isinstance(node, exp.Between):
            low, high = (self.value(node.args[end], node.this) for end in ("low", "high"))
            form = "outside" if negated else "between"
            return self.says(form, what=self.value(node.this), low=low, high=high)
        if isinstance(node, exp.Is):
            return self._state(node, negated=negated)
        if type(node) in _COMPARED:
            return self._comparison(node, negated=negated)
        if isinstance(node, exp.Boolean):
            return str(self.words["reads_ever" if bool(node.this) != negated else "reads_never"])
        told = self.value(node)
        return self.says("not", what=told) if negated else told

    def _like(self, node: exp.Expr, *, negated: bool) -> str:
        pattern = str(node.expression.name)
        bare = pattern.strip("%")
        form = "like"
        if bare and not set(bare) & {"%", "_"}:
            ends = (pattern.startswith("%"), pattern.endswith("%"))
            form = {(False, True): "begins", (True, False): "ends", (True, True): "holds"}.get(
                ends, "eq"
            )
        if form == "eq":
            return self.says("ne" if negated else "eq", what=self.value(node.this),
                             value=self.text(bare, node.this))  # fmt: skip
        shown = self.set_apart(pattern if form == "like" else bare)
        form = f"{form}_not" if negated else form
        return self.says(form, what=self.value(node.this), value=shown)

    def _state(self, node: exp.Expr, *, negated: bool) -> str:
        state = node.expression
        if isinstance(state, exp.Boolean):
            told = self.value(node.this)
            return told if bool(state.this) != negated else self.says("not", what=told)
        return self.says("known" if negated else "unknown", what=self.value(node.this))

    def _comparison(self, node: exp.Expr, *, negated: bool) -> str:
        form, left, right = _COMPARED[type(node)], node.this, node.expression
        if negated:
            form = _NOT[form]
        if _is_literal(left) and not _is_literal(right):
            form, left, right = _MIRRORED[form], right, left
        flag = right.unnest()
        if isinstance(flag, exp.Boolean):
            told = self.clause(left, within="not")
            return told if (form == "eq") == bool(flag.this) else self.says("not", what=told)
        form = f"day_{form}" if _is_day(left) and form not in {"eq", "ne"} else form
        return self.says(form, what=self.value(left), value=self.value(right, left))

    def value(self, node: exp.Expr, beside: exp.Expr | None = None) -> str:
        """Return a value; ``beside`` is what it is compared with, by which a text is told."""
        node = node.unnest()
        if isinstance(node, exp.Literal):
            return self.text(node.name, beside) if node.is_string else self._number(node.name)
        if isinstance(node, exp.Column):
            return str(self.words[f"says_{node.name.lower()}"])
        if isinstance(node, exp.Neg):
            return self.says("less_than_nothing", value=self.value(node.this))
        if type(node) in _COUNTED:
            return self._computed(node)
        return self.clause(node, within="not")

    def _computed(self, node: exp.Expr) -> str:
        ratio = _ratios().get(node.sql().lower())
        if ratio is not None:
            return str(self.words[f"says_{ratio}"])
        first, second = self.value(node.this), self.value(node.expression)
        if type(node.expression.unnest()) in _COUNTED:
            second = f"({second})"
        return self.says(_COUNTED[type(node)], first=first, second=second)

    def text(self, written: str, beside: exp.Expr | None) -> str:
        """Return a text: a country by its name, a day as days are written, a code as it is."""
        column = beside.unnest().name.lower() if beside is not None else ""
        if column in _COUNTRIES:
            return str(self.locale.territories.get(written, self.set_apart(written)))
        if beside is not None and _is_day(beside):
            try:
                return format_date(date.fromisoformat(written), "medium", locale=self.locale)
            except ValueError:
                return self.set_apart(written)
        return self.set_apart(written) if written else str(self.words["reads_empty"])

    def _number(self, written: str) -> str:
        places = len(written.partition(".")[2])
        told = format_decimal(
            Decimal(written), format="#,##0." + "#" * places if places else "#,##0",
            locale=self.locale, decimal_quantization=False,
        )  # fmt: skip
        return self.set_apart(told)

    def set_apart(self, written: str) -> str:
        """Return a code so that its direction is its own within a sentence from the right."""
        before, after = self.apart
        return f"{before}{written}{after}"


def _chain(node: exp.Expr) -> list[exp.Expr]:
    """Return the parts of a chain of one joining, in their order: a long one is a deep tree."""
    kind, waiting, parts = type(node), [node], []
    while waiting:
        part = waiting.pop()
        if type(part) is kind:
            waiting += [part.expression, part.this]
        else:
            parts.append(part)
    return parts


def _is_literal(node: exp.Expr) -> bool:
    node = node.unnest()
    return isinstance(node, exp.Literal | exp.Boolean) or (
        isinstance(node, exp.Neg) and _is_literal(node.this)
    )


def _is_day(node: Any) -> bool:
    node = node.unnest()
    if not isinstance(node, exp.Column):
        return False
    return SCHEMA.by_name[node.name.lower()].type is ColumnType.DATE
