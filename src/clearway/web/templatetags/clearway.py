"""Words, figures, lanes and fields in templates, in the language of the page."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final

from django import template
from django.urls import reverse
from django.utils import translation
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from clearway.declarations.access import OPERATIONS as DECLARATIONS
from clearway.kernel.decisions import Lane
from clearway.kernel.texts import language_of
from clearway.payments.rules import notice_number as number_of_notice
from clearway.vocabulary.errors import ClearwayError
from clearway.web import refusals, writing
from clearway.web.visitors import actor_of
from clearway.web.words import words

register = template.Library()


def _language() -> str:
    return language_of(translation.get_language() or "en")


@register.simple_tag(takes_context=True)
def say(context: Mapping[str, Any], key: str, **parameters: Any) -> str:
    """Return a sentence of the page's words with its parameters; ``count`` chooses its form."""
    language = context.get("language") or _language()
    forms = words(language)[key]
    count = parameters.get("count")
    text = writing.plural(forms, count if isinstance(count, int) else 0, language)
    shown = {
        name: writing.number(value, language) if isinstance(value, int) else value
        for name, value in parameters.items()
    }
    return text.format_map(shown)


@register.simple_tag(takes_context=True)
def mrn(context: Mapping[str, Any], number: str) -> SafeString:
    """Write an MRN; it leads to its declaration where the reader's roles may open one."""
    actor = actor_of(context["request"])
    if actor is None or not actor.has(*DECLARATIONS["getDeclaration"]):
        return format_html('<span class="mono">{}</span>', number)
    return format_html(
        '<a class="mono" href="{}">{}</a>', reverse("declaration", args=[number]), number
    )


@register.filter
def word(key: Any, prefix: str = "") -> str:
    """Return the word of a code: ``{{ row.state|word:"state" }}`` is ``words.state_released``."""
    name = str(key).replace(".", "_")
    return str(words(_language()).get(f"{prefix}_{name}" if prefix else name, key))


@register.filter
def words_of(codes: str, prefix: str) -> str:
    """Return the words of codes that are joined by blanks."""
    return ", ".join(word(code, prefix) for code in codes.split())


@register.filter
def number(value: Any) -> str:
    """Write a number."""
    return writing.number(value, _language())


@register.filter
def percent(hundredths: int) -> str:
    """Write a share that is given in hundredths of a per cent."""
    return writing.share(hundredths / 10_000, _language())


@register.filter
def share(value: float | None) -> str:
    """Write a share of one as a percentage."""
    return writing.share(value, _language())


@register.filter
def why(refused: ClearwayError | str) -> SafeString:
    """Say why an act was refused: an error, or the sentences of one that was written down."""
    if isinstance(refused, str):
        return refusals.in_language(refused, _language())
    return refusals.why(refused, _language())


@register.filter
def money(value: int | None, currency: str = "") -> str:
    """Write an amount in minor units."""
    return writing.money(value, currency, _language())


@register.filter
def quantity(value: int | None, unit: str = "") -> str:
    """Write a quantity in millionths."""
    return writing.quantity(value, _language(), unit)


@register.filter
def points(value: int | None) -> str:
    """Write points of a score, given in thousandths."""
    return writing.number(None if value is None else Decimal(value) / 1000, _language())


@register.filter
def day(value: date | int | None) -> str:
    """Write a day."""
    return writing.day(value, _language())


@register.simple_tag
def when(value: datetime | None, *, short: bool = False) -> SafeString | str:
    """Return an instant as a ``time`` element: local, with the exact one in UTC behind it."""
    if value is None:
        return writing.ABSENT
    return format_html(
        '<time datetime="{}" title="{}" class="number">{}</time>',
        value.isoformat(),
        f"{value:%Y-%m-%d %H:%M:%S} UTC",
        writing.instant(value, _language(), whole=not short),
    )


@register.simple_tag
def since(value: datetime | None) -> SafeString | str:
    """Return how long ago an instant was, as a ``time`` element."""
    if value is None:
        return writing.ABSENT
    return format_html(
        '<time datetime="{}" title="{}" class="number">{}</time>',
        value.isoformat(),
        writing.instant(value, _language()),
        writing.ago(value, _language(), words(_language())["just_now"]),
    )


_SHAPES: Final = {
    name: mark_safe(f'<svg viewBox="0 0 10 10" aria-hidden="true">{shape}</svg>')  # noqa: S308
    for name, shape in {
        "GREEN": '<circle cx="5" cy="5" r="5"/>',
        "BLUE": '<path d="M0 0h10v10H0z"/>',
        "YELLOW": '<path d="M5 0 10 10H0z"/>',
        "RED": '<path d="M5 0 10 5 5 10 0 5z"/>',
    }.items()
}


@register.simple_tag
def lane(value: int | None) -> SafeString | str:
    """Show a lane: its word, its shape and its colour."""
    if value is None:
        return writing.ABSENT
    name = Lane(value).name
    told = words(_language())[f"lane_short_{name}"]
    return format_html('<span class="lane {}">{}{}</span>', name, _SHAPES[name], told)


@register.simple_tag
def lane_named(name: str) -> SafeString | str:
    """Show a lane that is given by its name."""
    return lane(int(Lane[name]) if name in Lane.__members__ else None)


@register.simple_tag
def state(value: str, cycle: str = "state") -> SafeString:
    """Show where something stands in its life cycle, as a word with a mark of its kind."""
    named = f"{cycle}_{value}"
    told, kind = words(_language()).get(named, value), _KINDS.get(named, _KINDS.get(value, ""))
    return format_html('<span class="state {}">{}</span>', kind, told)


_KINDS: Final = {
    value: kind
    for kind, values in {
        "good": "released cleared exited active granted live secured paid final gated_out loaded "
        "departed exit_confirmed finished approved in_force delivered ok fully_written_off filed "
        "corrected quota_state_open valid covered waived refunded collected done decided "
        "inspection_closed live tested beside_chance_better",
        "going": "received accepted assessed reported arrived presented running advised matched "
        "verified expected discharged partly_written_off gated_in under_way authorised "
        "used reserved drawn assigned part_paid notified field heard admitted shadow "
        "targeting_state_reviewed",
        "waits": "documents_requested under_control unmatched held open asked applied queued "
        "waiting overdue short excess proposed critical rfi rfs info "
        "inspect paper pending hold lacking due requested blocked called selected sent_back "
        "retiring beside_chance_worse targeting_state_new",
        "bad": "rejected invalidated refused suspended closed cancelled failed revoked expired "
        "disabled do_not_load recalled exhausted reversed retired beside_chance_retire "
        "targeting_state_targeted match_state_confirmed",
    }.items()
    for value in values.split()
}
"""What a state means for its reader: whatever its cycle, but for those that are named with it."""


@register.simple_tag
def cell(column: Any, value: Any, named: str = "") -> Any:
    """Return a cell of a list, written as its column says; ``named`` is who is meant by a code."""
    if value is None or value == "":
        return writing.ABSENT
    kind, language = column.kind, _language()
    name, _, prefix = kind.partition(":")
    written: Mapping[str, Callable[[], Any]] = {
        "text": lambda: format_html('<span dir="auto">{}</span>', value),
        "instant": lambda: when(value, short=prefix != "whole"),
        "lane": lambda: lane(value),
        "state": lambda: state(value, prefix),
        "word": lambda: word(value, prefix),
        "words": lambda: words_of(value, prefix),
        "code": lambda: _code(value),
        "subject": lambda: subject(value),
        "actor": lambda: _called(named, value),
        "party": lambda: _called(named, value),
        "money": lambda: _money(value, column.currency, language),
        "mass": lambda: writing.quantity(value, language, "kg"),
        "day": lambda: writing.day(value, language),
        "number": lambda: writing.number(value, language),
    }
    return written[name]()


def _money(value: Any, currency: str, language: str) -> str:
    """Write an amount; one that comes with its own currency (a pair) in that."""
    amount, of = value if isinstance(value, tuple) else (value, currency)
    return writing.money(amount, of, language)


@register.simple_tag
def whisker(places: Mapping[str, str] | None) -> SafeString | str:
    """Draw a rate as a dot on the line of its interval, over the band of the base rate.

    Args:
        places: ``low``, ``value``, ``high`` in hundredths of the axis; ``band`` and ``wide`` where
            the band begins and how wide it is, if there is one.
    """
    if places is None:
        return ""
    band = ""
    if "band" in places:
        band = format_html(
            '<rect x="{}" y="0" width="{}" height="16"/>', places["band"], places["wide"]
        )
    return format_html(
        '<svg class="whisker" viewBox="-3 0 106 16" aria-hidden="true">{}'
        '<path d="M{} 8H{}"/><circle cx="{}" cy="8" r="3"/></svg>',
        band, places["low"], places["high"], places["value"],
    )  # fmt: skip


@register.filter
def notice_number(row: int) -> str:
    """Return the number of a tax notice by its row."""
    return number_of_notice(row)


@register.filter
def of(names: Mapping[str, str], code: str) -> str:
    """Return what whoever a code names is called, else the code."""
    return names.get(code, code)


@register.filter
def subject(value: str) -> SafeString:
    """Say what a line of the record is about: the kind's word and the number behind the colon."""
    kind, _, number = value.partition(":")
    told = words(_language()).get(f"about_{kind}")
    return _code(value) if told is None else format_html("{} {}", told, _code(number))


def _code(value: Any) -> SafeString:
    return format_html('<span class="mono">{}</span>', value)


def _called(name: str, code: str) -> SafeString:
    if not name:
        return _code(code)
    return format_html('<bdi>{}</bdi> <bdi class="mono faint">{}</bdi>', name, code)


@register.simple_tag
def key(name: str) -> SafeString:
    """Show the key of a shortcut to those who see it; the list of shortcuts tells the others."""
    return format_html('<kbd class="key" aria-hidden="true">{}</kbd>', name)


@register.simple_block_tag(takes_context=True)
def part(context: Mapping[str, Any], content: str, name: str) -> SafeString:
    """Show a part of our pages as built, with the markup that it is made of."""
    told = words(context.get("language") or _language())
    return format_html(
        '<section aria-labelledby="part-{0}"><h2 id="part-{0}">{1}</h2>{2}'
        '<details><summary>{3}</summary><pre class="mono" dir="ltr" tabindex="0">{4}</pre>'
        "</details></section><hr>",
        name,
        told[f"part_{name}"],
        content,
        told["markup"],
        str(content).strip(),
    )
