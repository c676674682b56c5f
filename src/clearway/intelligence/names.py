"""Names as they are compared: folded, transliterated, without legal forms, in any order of words.

``folded`` gives what a name is compared by. Letters lose their marks (Unicode NFKD), other scripts
are written in Latin letters (``anyascii``; a Chinese character or Korean syllable is a word of its
own), legal forms are left out, and words stand in the order of the alphabet.

Arabic and Hebrew write consonants. Where one of two names comes from such a script, the consonants
of both are compared as well (``score``), and what they agree by counts a little less.

Limits, which docs/watchlists.md measures: a name in Chinese characters is read in Mandarin, so that
a Japanese or Korean reading of it is not found; ``anyascii`` knows no Thai vowels.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache
from typing import Final, NamedTuple

from anyascii import anyascii
from rapidfuzz.distance import Indel, JaroWinkler

THRESHOLD: Final = 0.86
"""From this score on two names are shown as a candidate. Chosen by measurement: docs/watchlists.md.
"""
THRESHOLD_WITH_KEY: Final = 0.8
"""The same, where a second key (birth, number, address) agrees as well."""
LONGEST: Final = 350
"""Characters of a name that are looked at."""

_ALIKE: Final = 0.8
"""From this Jaro-Winkler similarity on two words may be one."""
_LEFT_OVER: Final = 0.35
"""How much a word that only the longer name has weighs: further given names are left out often."""
_CONSONANTS: Final = 0.95
"""What a score by consonants alone counts."""

_LEGAL_FORMS: Final = frozenset((
    "co", "company", "corp", "corporation", "inc", "incorporated", "ltd", "limited", "llc",
    "llp", "plc", "lp", "gmbh", "mbh", "ag", "kg", "kgaa", "ohg", "ug", "sa", "sas", "sarl",
    "eurl", "snc", "srl", "spa", "sapa", "sl", "slu", "sau", "cv", "bv", "nv", "vof", "oy",
    "oyj", "ab", "asa", "aps", "kft", "zrt", "nyrt", "sro", "doo", "dooel", "ad", "ood", "eood",
    "ooo", "oao", "zao", "pao", "ao", "jsc", "ojsc", "cjsc", "pjsc", "pte", "pty", "sdn", "bhd",
    "tbk", "tnhh", "ctcp", "mtv", "dntn", "fze", "fzco", "fzc", "fzllc", "wll", "saog", "saoc",
    "kk", "yk", "gk", "ltda", "cia", "eirl", "sac", "sab", "rl", "ste", "ets", "est",
    "establishment",
))  # fmt: skip
_PARTICLES: Final = frozenset(["al", "el", "the", "mr", "mrs", "ms", "dr"])
_PHRASES: Final = re.compile(
    r"\b(?:cong ty|co phan|trach nhiem huu han|mot thanh vien|"
    r"societe a responsabilite limitee|societe anonyme|sociedad anonima|"
    r"gesellschaft mit beschrankter haftung|joint stock company|limited liability company|"
    r"public limited company|free zone establishment|shrkh)\b"
)
_CHINESE_FORMS: Final = re.compile(
    "股份有限公司|有限责任公司|有限責任公司|有限公司|株式会社|合同会社|주식회사|公司"
)
_INITIALS: Final = re.compile(r"\b(?:[^\W\d_]\.){2,}")
_SILENT: Final = re.compile("['`ʼʻʹ’‘]")
_NO_LETTERS: Final = re.compile(r"[^0-9a-z]+")
_VOWELS: Final = re.compile(r"[aeiouwy]+")
_TWICE: Final = re.compile(r"(.)\1+")
# What the Republic's romanisation writes, and how the bearers of the name do.
_KOREAN: Final = {"i": "lee", "bag": "park", "choe": "choi", "gang": "kang", "jo": "cho",
                  "im": "lim", "yu": "yoo", "sin": "shin", "gwon": "kwon", "no": "roh"}  # fmt: skip
_KOREAN_SOUNDS: Final = (("eo", "o"), ("eu", "u"))


class Folded(NamedTuple):
    """A name as it is compared: its words in order of the alphabet, and written as one.

    ``abjad`` says that it came from a script of consonants.
    """

    words: tuple[str, ...]
    joined: str
    abjad: bool = False

    @property
    def text(self) -> str:
        """The words, separated by blanks: two names with one text are one name."""
        return " ".join(self.words)


@lru_cache(maxsize=65_536)
def folded(name: str) -> Folded:
    """Return what a name is compared by.

    >>> folded("Nguyễn Văn Ân").text, folded("NGUYEN VAN AN").text
    ('an nguyen van', 'an nguyen van')
    >>> folded("Công ty TNHH Đại Dương").text, folded("S.A.R.L. Müller & Söhne").text
    ('dai duong', 'muller sohne')
    """
    latin, abjad = _latin(name[:LONGEST])
    in_order = _words(latin)
    return Folded(tuple(sorted(in_order)), "".join(in_order), abjad)


def unfolded(text: str, joined: str, *, abjad: bool) -> Folded:
    """Return what was folded before and kept as text."""
    return Folded(tuple(text.split()), joined, abjad)


def _latin(name: str) -> tuple[str, bool]:
    """Return a name in small Latin letters, and whether its script writes consonants alone."""
    if name.isascii():
        return name.lower(), False
    abjad, parts = False, []
    for letter in _CHINESE_FORMS.sub(" ", unicodedata.normalize("NFKC", name)):
        if letter.isascii():
            parts.append(letter)
        elif "가" <= letter <= "힣":
            parts.append(f" {_korean(anyascii(letter).lower())} ")
        elif "\u3400" <= letter <= "\u9fff" or letter >= "\U00020000":
            parts.append(f" {anyascii(letter)} ")
        else:
            abjad = abjad or "\u0590" <= letter <= "\u08ff"
            plain = unicodedata.normalize("NFKD", letter)
            parts.append(anyascii("".join(x for x in plain if not unicodedata.combining(x))))
    return "".join(parts).lower(), abjad


def _korean(syllable: str) -> str:
    if syllable in _KOREAN:
        return _KOREAN[syllable]
    for written, customary in _KOREAN_SOUNDS:
        syllable = syllable.replace(written, customary)
    return f"k{syllable[1:]}" if syllable.startswith("g") else syllable


def _words(latin: str) -> list[str]:
    """Return the words of a name in Latin letters, without legal forms while others remain."""
    text = _INITIALS.sub(lambda found: found[0].replace(".", "") + " ", latin)
    text = _NO_LETTERS.sub(" ", _SILENT.sub("", text))
    every = text.split()
    if len(every) < 2:
        return every
    kept = [word for word in _PHRASES.sub(" ", text).split() if word not in _LEGAL_FORMS]
    bare = [word for word in kept if word not in _PARTICLES]
    for found in (bare, kept, every):
        if sum(map(len, found)) >= 3:
            return found
    return every


@lru_cache(maxsize=65_536)
def consonants(word: str) -> str:
    """Return the consonants of a word, doubled ones once.

    >>> consonants("mohammed"), consonants("mhmd"), consonants("abdullah")
    ('mhmd', 'mhmd', 'bdlh')
    """
    bare: str = _TWICE.sub(r"\1", _VOWELS.sub("", word))
    return bare


def score(one: Folded, other: Folded) -> float:
    """Return how alike two names are, 0 to 1: of their words in any order, or written as one.

    >>> score(folded("NGUYEN VAN AN"), folded("Nguyễn Văn Ân"))
    1.0
    """
    if not one.words or not other.words:
        return 0.0
    if one.words == other.words:
        return 1.0
    best = max(_by_words(one.words, other.words), _as_one(one.joined, other.joined))
    if one.abjad or other.abjad:
        ours, theirs = _bare(one.words), _bare(other.words)
        if sum(map(len, ours)) >= 3 and sum(map(len, theirs)) >= 3:
            joined = _as_one(consonants(one.joined), consonants(other.joined))
            best = max(best, _CONSONANTS * max(_by_words(ours, theirs), joined))
    return best


def _bare(words: Sequence[str]) -> tuple[str, ...]:
    return tuple(bare for bare in map(consonants, words) if bare)


def _as_one(one: str, other: str) -> float:
    return Indel.normalized_similarity(one, other, score_cutoff=_ALIKE)


def ways(one: Folded, other: Folded) -> dict[str, float]:
    """Return how alike two names are by each way of comparing: ``score`` is the highest.

    >>> ways(folded("Jon Smith"), folded("SMITH, John"))["words"]
    0.972549019607843
    """
    found = {
        "words": _by_words(one.words, other.words),
        "joined": _as_one(one.joined, other.joined),
    }
    ours, theirs = _bare(one.words), _bare(other.words)
    spare = (one.abjad or other.abjad) and min(sum(map(len, ours)), sum(map(len, theirs))) >= 3
    if spare:
        joined = _as_one(consonants(one.joined), consonants(other.joined))
        found["consonants"] = _CONSONANTS * max(_by_words(ours, theirs), joined)
    return found


def paired(one: Sequence[str], other: Sequence[str]) -> list[tuple[float, int, int]]:
    """Return the words of two names that are alike: how much, and the place of each.

    Each word has its likest counterpart, and no word has two.
    """
    pairs = []
    for place, word in enumerate(one):
        for beside, counterpart in enumerate(other):
            alike = _word(word, counterpart)
            if alike:
                pairs.append((alike, place, beside))
    pairs.sort(reverse=True)
    found, ours, theirs = [], set(range(len(one))), set(range(len(other)))
    for alike, place, beside in pairs:
        if place in ours and beside in theirs:
            ours.discard(place)
            theirs.discard(beside)
            found.append((alike, place, beside))
    return found


def _by_words(one: Sequence[str], other: Sequence[str]) -> float:
    """Return the likeness of words, each with its best counterpart, weighed by their letters."""
    if len(one) > len(other):
        one, other = other, one
    ours, theirs = set(range(len(one))), set(range(len(other)))
    agreed = weight = 0.0
    for alike, place, beside in paired(one, other):
        ours.discard(place)
        theirs.discard(beside)
        letters = len(one[place]) + len(other[beside])
        agreed += alike * letters
        weight += letters
    weight += sum(2 * len(one[place]) for place in ours)
    # A name of one word says too little for what else the other is called to be left aside.
    over = _LEFT_OVER if len(one) - len(ours) > 1 else 1.0
    weight += over * sum(len(other[beside]) for beside in theirs)
    return agreed / weight if weight else 0.0


def _word(one: str, other: str) -> float:
    """Return how alike two words are; short ones and figures only where they are the same."""
    if one == other:
        return 1.0
    if len(one) < 3 or len(other) < 3 or one.isdigit() or other.isdigit():
        return 0.8 if one[0] == other[0] and {len(one), len(other)} & {1} else 0.0
    return JaroWinkler.similarity(one, other, score_cutoff=_ALIKE)
