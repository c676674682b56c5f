"""What a specific rate counts in: printed phrases to unit codes, and back.

Base units are codes of UN/ECE Recommendation 20. A qualifier follows a dot: ``KGM.lactic`` is
kilograms of lactic matter, ``ASV.HLT`` per cent of alcohol by volume times hectolitres.
``VAL.case`` is the value of one part of an article in the rate's own currency, so that "6% on
the case" is 0.06 per unit of the case's value: an amount that must be declared, never assumed.
"""

from __future__ import annotations

import re

BASE_UNITS = {
    "kg": "KGM", "kgs": "KGM", "kilogram": "KGM", "kilograms": "KGM",
    "g": "GRM", "gram": "GRM", "grams": "GRM",
    "t": "TNE", "tonne": "TNE", "tonnes": "TNE", "ton": "TNE",
    "liter": "LTR", "litre": "LTR", "liters": "LTR", "litres": "LTR", "l": "LTR",
    "hl": "HLT", "m": "MTR", "lin m": "MTR", "m2": "MTK", "m3": "MTQ",
    "item": "NAR", "items": "NAR", "each": "NAR", "no": "NAR", "article": "NAR", "p / st": "NAR",
    "head": "HEA", "doz": "DZN", "dozen": "DZN", "pr": "NPR", "prs": "NPR", "pair": "NPR",
    "gross": "GRO", "bbl": "BLL", "carat": "CTM", "carats": "CTM", "thousand": "MIL",
    "pf liter": "PFL", "pf litre": "PFL", "proof liter": "PFL",
    "l alc 100%": "LPA", "liter alc": "LPA", "litre alc": "LPA", "litre pure alcohol": "LPA",
    "jewel": "NAR.jewel", "pins": "NAR.pin", "pack": "NAR.pack", "line / gross": "GRO.line",
    "clean kg": "KGM.clean", "% vol / hl": "ASV.HLT", "%vol/hl": "ASV.HLT",
    "gross of immediate containers": "GRO.immediate_container",
}  # fmt: skip

QUALIFIERS = {
    "net": "", "eda": "drained", "net drained wt": "drained", "on drained weight": "drained",
    "on drained weght": "drained", "mas": "dry", "net dry": "dry", "std qual": "standard_quality",
    "net / % sacchar": "sacchar", "lactic matter": "lactic", "dry lactic matter": "dry_lactic",
    "br": "gross", "gross": "gross", "tot alc": "total_alcohol",
    "of total sugars": "total_sugars", "on contents and container": "contents_and_container",
    "on entire contents of container": "entire_contents",
    ", including weight of container": "contents_and_container",
    "on ethyl alcohol content": "ethyl_alcohol", "of recording surface": "recording_surface",
}  # fmt: skip
"""Phrases after the base unit. The commonest give the mass another meaning (drained, dry)."""

_CONTENT = re.compile(r"(?:on|of) ([a-z]+(?: [a-z]+)?) content")
_OVER = re.compile(r"jewel over (\d+)")
_DEGREE = re.compile(r"kg for each degree under (\d+) degrees")
_CODE = re.compile(r"[A-Z]{3}(?:\.[A-Za-z][A-Za-z0-9_]*)*")

VALUE_PARTS = {
    phrase: phrase.replace(", ", " ").replace(" ", "_")
    for phrase in (
        "case", "movement", "battery", "apparatus", "movement and case", "lead content",
        "strap, band or bracelet", "case and strap, band or bracelet", "rifle",
        "telescopic sight", "fair retail value", "cost of such goods or repairs",
    )
}  # fmt: skip
"""Parts on whose own value a share of the duty stands (watches, rifles, goods repaired)."""

WHOLE = frozenset({"entire set", "full value of the imported article", "value"})
"""Phrases that mean the whole taxable amount after all."""


def unit_code(phrase: str) -> str | None:
    """Return the unit code of a normalised phrase (``kg / lactic matter``), None if unknown.

    >>> unit_code("kg / lactic matter"), unit_code("% vol / hl"), unit_code("moon")
    ('KGM.lactic', 'ASV.HLT', None)
    """
    phrase = re.sub(r"\s*/\s*", " / ", phrase).strip()
    phrase = re.sub(r"%\s*", "% ", phrase)
    if _CODE.fullmatch(phrase):
        return phrase
    if phrase in BASE_UNITS:
        return BASE_UNITS[phrase]
    if match := _OVER.fullmatch(phrase):
        return f"NAR.jewel_over_{match.group(1)}"
    if match := _DEGREE.fullmatch(phrase):
        return f"KGM.degree_under_{match.group(1)}"
    return _qualified(phrase)


def _qualified(phrase: str) -> str | None:
    """Split a phrase into the longest known base and a known qualifier."""
    words = phrase.split(" ")
    for length in range(len(words) - 1, 0, -1):
        base = BASE_UNITS.get(" ".join(words[:length]))
        if base is None:
            continue
        rest = " ".join(words[length:])
        for candidate in (rest, rest.removeprefix("/ ")):
            if candidate in QUALIFIERS:
                qualifier = QUALIFIERS[candidate]
                return f"{base}.{qualifier}" if qualifier else base
            if match := _CONTENT.fullmatch(candidate):
                return f"{base}.{match.group(1).replace(' ', '_')}"
    return None


def value_part(phrase: str) -> str | None:
    """Return ``""`` for the whole value, ``VAL.<part>`` for a part's value, None if unknown.

    >>> value_part("on the case"), value_part("on the entire set"), value_part("on mondays")
    ('VAL.case', '', None)
    """
    words = phrase.removesuffix(", if any")
    words = re.sub(r"^(?:on|of) (?:the )?", "", words)
    if words in WHOLE:
        return ""
    words = re.sub(r"^value of (?:the )?", "", words)
    if words == "thebattery":  # a space is missing in the printed schedule
        words = "battery"
    return f"VAL.{VALUE_PARTS[words]}" if words in VALUE_PARTS else None
