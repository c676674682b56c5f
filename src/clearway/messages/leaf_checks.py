"""Whether one value is written as its format asks: the careful check, all formats in one place.

Returns the text as the record keeps it, or ``None`` where the value cannot be read, and the
number of the rule it breaks. The rules are those of XML Schema part 2 for the restricted types
of the WCO schemas, so that our verdict agrees with a schema validator's.
"""

from __future__ import annotations

import re

from clearway.messages.formats import Leaf

# What is wrong: rule number and parameters.
Trouble = tuple[str, tuple[tuple[str, str], ...]]

_DECIMAL = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)\Z")
PLAIN_DECIMALS = 3
"""A number that ``PLAIN_NUMBER`` matches is right for a leaf of at least so many decimals."""
PLAIN_NUMBER = re.compile(r"[0-9]{1,10}(?:\.[0-9]{1,3})?\Z")
PLAIN_MOMENT = re.compile(r"20[0-9]{6}(?:[0-9]{6}(?:Z|[-+][0-9]{2}))?\Z")
_COMMA = re.compile(r"[+-]?[0-9][0-9. ]*,[0-9]*\Z|[+-]?,[0-9]+\Z|[+-]?[0-9][0-9,]*\.[0-9]+\Z")
_EXPONENT = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)[eE][+-]?[0-9]+\Z")
_NOT_FINITE = re.compile(r"[+-]?(?:nan|snan|inf|infinity)\Z", re.IGNORECASE)
_ALPHABETS = {"a": re.compile(r"[A-Za-z]*\Z"), "n": re.compile(r"[0-9]*\Z")}
# C0 and C1 controls but for tab and line ends, private interlinear marks, noncharacters.
CONTROL = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufff9-\ufffb\ufffe\uffff]|[\ud800-\udfff]"
)
# Embeddings, overrides and isolates of direction, and characters without width that hide
# inside a word. The plain marks U+200E, U+200F, U+061C and the joiners U+200C, U+200D are not
# here: Arabic, Persian and Indic names are spelt with them.
DECEPTIVE = re.compile(
    "[\u200b\u2060-\u2064\u2066-\u2069\u202a-\u202e\ufeff\u00ad\U000e0000-\U000e007f]"
)
_SPACE = " \t\n\r"
_SHOWN = 60


def shown(text: str) -> str:
    """Return a value as it may stand in a message: short, and with nothing invisible in it."""
    if len(text) <= _SHOWN and text.isprintable():
        return text
    cut = text if len(text) <= _SHOWN else text[: _SHOWN - 1] + "…"
    return "".join(
        c if c.isprintable() and not DECEPTIVE.match(c) else f"\\u{ord(c):04x}" for c in cut
    )


def collapse(text: str) -> str:
    """Return a token: one space between words and none around (XML white space only)."""
    if text.isalnum():
        return text
    return " ".join(part for part in re.split("[ \t\n\r]+", text) if part)


def whole_number(text: str) -> int:
    """Return a checked number without decimals (``+7``, ``007``, ``7.0``) as an int."""
    sign = -1 if text.startswith("-") else 1
    return sign * int(text.lstrip("+-").partition(".")[0] or "0")


def is_plain_text(leaf: Leaf, text: str) -> bool:
    """Tell cheaply that a text is right for certain; what is not plain needs ``check_leaf``."""
    return (
        leaf.alphabet == "an"
        and leaf.kind != "datetime"
        and not leaf.choices
        and leaf.shortest <= len(text) <= leaf.longest
        and text.isprintable()
        and not text.isspace()
        and text != ""
        and (leaf.kind != "code" or " " not in text)
    )


def check_leaf(leaf: Leaf, raw: str) -> tuple[str | None, list[Trouble]]:
    """Check one value.

    Args:
        leaf: the format.
        raw: the value as the message has it.

    Returns:
        The text to keep (``None``: it cannot be read) and everything that is wrong with it.
    """
    if leaf.kind in ("amount", "quantity", "numeric", "sequence"):
        return _check_number(leaf, raw)
    if leaf.kind == "datetime":
        return _check_date_time(leaf, raw)
    text = collapse(raw) if leaf.kind == "code" else raw
    troubles: list[Trouble] = []
    if not leaf.blank and not text.strip(_SPACE):
        return None, [("CLW1040", (("format", leaf.format),))]
    if leaf.kind != "code" and not leaf.blank and ("\n" in text or "\r" in text):
        troubles.append(("CLW1053", (("value", shown(text)),)))
    if leaf.longest >= 0 and len(text) > leaf.longest:
        troubles.append(
            (
                "CLW1041",
                (("length", str(len(text))), ("most", str(leaf.longest)), ("format", leaf.format)),
            )
        )
    elif len(text) < leaf.shortest:
        troubles.append(("CLW1042", (("value", shown(text)), ("format", leaf.format))))
    alphabet = _ALPHABETS.get(leaf.alphabet)
    if alphabet is not None and not alphabet.match(text):
        wide = any(c.isdigit() and not c.isascii() for c in text)
        rule = "CLW1045" if wide and leaf.alphabet == "n" else "CLW1042"
        troubles.append((rule, (("value", shown(text)), ("format", leaf.format))))
    elif leaf.choices and text not in leaf.choices:
        troubles.append(("CLW1050", (("value", shown(text)), ("choices", ", ".join(leaf.choices)))))
    if not text.isprintable():
        suspects = suspect_characters(text)
        troubles.extend(suspects)
        if suspects and suspects[0][0] == "CLW1051":
            return None, troubles  # no XML, and no table, could hold it
    return text, troubles


def suspect_characters(text: str) -> list[Trouble]:
    """Return the troubles with characters that nobody can see."""
    troubles: list[Trouble] = []
    for rule, pattern in (("CLW1051", CONTROL), ("CLW1052", DECEPTIVE)):
        found = pattern.search(text)
        if found:
            parameters = (("character", f"U+{ord(found[0]):04X}"), ("value", shown(text)))
            troubles.append((rule, parameters))
    return troubles


def _check_number(leaf: Leaf, raw: str) -> tuple[str | None, list[Trouble]]:
    if leaf.decimals >= PLAIN_DECIMALS and PLAIN_NUMBER.match(raw):
        return raw, []
    text = raw.strip(_SPACE)
    value = ("value", shown(text))
    if not _DECIMAL.match(text):
        return None, [(_number_rule(text), (value, ("format", leaf.format)))]
    whole, _, fraction = text.lstrip("+-").partition(".")
    fraction = fraction.rstrip("0")
    digits = len(whole.lstrip("0")) + len(fraction)
    if 0 <= leaf.digits < digits:
        return None, [("CLW1047", (value, ("format", leaf.format)))]
    if 0 <= leaf.decimals < len(fraction):
        return None, [("CLW1048", (value, ("format", leaf.format)))]
    return text, []


def _number_rule(text: str) -> str:
    """Say why a text is no number: the plainest reason that fits."""
    if not text:
        return "CLW1040"
    if _NOT_FINITE.match(text):
        return "CLW1046"
    if any(c.isdigit() and not c.isascii() for c in text):
        return "CLW1045"
    if _COMMA.match(text):
        return "CLW1044"
    if _EXPONENT.match(text):
        return "CLW1047"
    return "CLW1043"


def _check_date_time(leaf: Leaf, raw: str) -> tuple[str | None, list[Trouble]]:
    if PLAIN_MOMENT.match(raw) and len(raw) <= leaf.longest:
        return raw, []
    wide = any(c.isdigit() and not c.isascii() for c in raw)
    rule = "CLW1040" if not raw.strip(_SPACE) else "CLW1045" if wide else "CLW1049"
    return None, [(rule, (("value", shown(raw)), ("format", "20YYMMDD[hhmmss(Z|±hh)]")))]
