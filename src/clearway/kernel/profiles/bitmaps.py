"""Up to 64 rules at once: one bit for each, looked up by code or interval.

For every axis that a word of rules looks at there is a table: code (of a text) or interval (of a
number) → the bits of the rules that accept it. An item's bits are the AND of its codes' entries,
so that one look-up decides 64 conditions. Rules that share a rare axis stand in one word; the
rows that this axis leaves over are few, and only they look at the other axes.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from clearway.kernel.columns import Batch
from clearway.kernel.profiles.dictionaries import Dictionaries
from clearway.kernel.profiles.rules import RuleBook
from clearway.kernel.profiles.signs import Signs
from clearway.kernel.profiles.standings import Standings, coded

Places = NDArray[np.int64]
Bits = NDArray[np.uint64]
BITS = 64
SAMPLE = 1_024
MANY_WORDS = 2_000  # a longer dictionary is not walked for a pattern; few of its words matter
COMMON = 0.1  # an axis that lets so many rows of a rule pass does not lead it
NEARLY = 4.0  # a column so many times commoner than a rule's rarest may still lead it
ROWS = 1 << 17  # so many rows, of several words, are looked at together
CROWDED = 0.6  # rows without a bit left are dropped when fewer than this share has one
NUMBERS_LATER = 100.0  # a number leads only where no code of a rule is so much rarer
LED = 12  # rules that no axis leads stand together; so do those that share theirs with few
NOT_ASKED = np.uint64(0), np.empty(0, dtype=np.uint64)


class Word(msgspec.Struct, frozen=True, eq=False):
    """Up to 64 rules; bit b is rule ``rules[b]``.

    ``tables`` (axis, code → bits) narrow the rows, the leading axis first; ``numbers`` are the
    further axes of numbers: the bits that ask, and the table. ``open`` are the bits of the rules
    that want more than their tables.
    """

    rules: Places
    tables: list[tuple[int, Bits]]
    numbers: dict[int, tuple[np.uint64, Bits]]
    open: np.uint64


class Matches(msgspec.Struct, frozen=True, eq=False):
    """The bits of rules whose tests rows pass: ``bits[i]`` are of ``words[which[i]]``."""

    words: list[Word]
    which: Places
    rows: Places
    bits: Bits

    def of_each(self, values: Iterable[np.uint64]) -> Bits:
        """Return a value of each word beside the word's rows."""
        return np.array(list(values), dtype=np.uint64).take(self.which)

    def spread(self, bits: Bits) -> Iterator[tuple[Places, Places]]:
        """Yield (rows, rules) for every bit that is on: the lowest of each row, then the next."""
        names = np.zeros(len(self.words) * BITS, dtype=np.int64)
        for place, word in enumerate(self.words):
            names[place * BITS : place * BITS + len(word.rules)] = word.rules
        which, rows = self.which * BITS, self.rows
        while True:
            left = np.flatnonzero(bits != 0)
            if not len(left):
                return
            if len(left) < len(bits):
                rows, which, bits = rows.take(left), which.take(left), bits.take(left)
            below = bits - np.uint64(1)
            yield rows, names.take(np.bitwise_count(below & ~bits) + which)
            bits = bits & below


class Bitmaps:
    """The words of a rule book for the dictionaries of one batch.

    ``rest[r]`` are the numbers of the parts that rule ``r`` still wants after its bits,
    ``loose`` the profiles that are better not decided here.
    """

    def __init__(
        self, book: RuleBook, batch: Batch, dictionaries: Dictionaries, signs: Signs
    ) -> None:
        self.book = book
        self.rest = book.rest
        table = book.lookup
        self._batch = batch
        size = len(table.tests)
        self._numeric = np.array([scale is not None for scale in table.scales], dtype=np.bool_)
        unfit = [
            axis
            for axis, scale in enumerate(table.scales)
            if scale is not None and not scale.fits(batch, signs)
        ]
        places, seen = self._places(unfit, signs)
        self._low, self._high = places.take(table.range_low), places.take(table.range_high)
        seen_in = seen.take(table.range_high) - seen.take(table.range_low)
        self._entry_rule, self._entry_range = table.entry_rule, table.entry_range
        self._test_of = table.range_test
        self._late = np.isin(table.test_column, unfit)
        if table.infix or unfit:
            seen_in = self._late_parts(dictionaries, seen_in)
        sample = max(1, len(range(0, batch.rows, _stride(batch.rows))))
        found = np.bincount(self._test_of, seen_in, minlength=size)
        words = np.bincount(self._test_of, self._high - self._low, minlength=size)
        # a little more than was seen: a word that the sample missed is rare, not impossible
        self._shares = (found + 0.5) / (sample + 0.5)
        self._shares[words == 0] = 0.0
        self._shares[self._late] = 1.0
        shares = self._shares.take(table.pair_test)
        passing = np.multiply.reduceat(shares, table.rule_start) if len(shares) else shares
        wanting = np.array([bool(rest) for rest in self.rest], dtype=np.bool_)
        common = book.profiles.compress((passing > COMMON) & wanting)
        self.loose = {*book.loose, *common.tolist()}
        live = (passing > 0) & ~np.isin(book.profiles, common)
        column = table.test_column.take(table.pair_test)
        holding = np.bincount(column, 1.0 - shares, minlength=len(table.axes))
        self._order = [axis for axis in np.argsort(-holding).tolist() if self._numeric[axis]]
        self.words = list(self._words(np.flatnonzero(live), shares, wanting))

    def _places(self, unfit: Sequence[int], signs: Signs) -> tuple[Places, Places]:
        """Return where the tables' ends stand, and how many sampled rows stand before them."""
        places, before = [], []
        sample = np.arange(0, self._batch.rows, _stride(self._batch.rows))
        self._distinct: list[int] = []
        table = self.book.lookup
        for axis, (scale, ends) in enumerate(zip(table.scales, table.ends, strict=True)):
            if scale is None:
                column = coded(self._batch, str(table.axes[axis]))
                distinct = len(column.values)
                found = [bisect_left(column.values, word) for word in ends]
                codes: NDArray[Any] = column.codes.take(sample)
            else:
                distinct = scale.absent
                found = list(range(1, distinct))
                codes = np.full(len(sample), distinct)
                if axis not in unfit:
                    codes = scale.intervals(self._batch, signs, sample)
            self._distinct.append(distinct)
            places.append(np.array([0, *found, distinct, distinct + 1], dtype=np.int64))
            counts = np.bincount(codes, minlength=distinct + 1)
            before.append(np.concatenate([[0], np.cumsum(counts)]).take(places[-1]))
        if not places:
            return np.empty(0, np.int64), np.empty(0, np.int64)
        return np.concatenate(places), np.concatenate(before)

    def _late_parts(self, dictionaries: Dictionaries, seen_in: Places) -> Places:
        """Look through small dictionaries for patterns; leave to the rest what cannot be here."""
        book, table = self.book, self.book.lookup
        low, high, of_test = [], [], []
        for test in table.infix:
            column = coded(self._batch, str(table.tests[test].axis))
            if len(column.values) > MANY_WORDS:
                self._late[test] = True
                continue
            for pair in dictionaries.ranges(table.tests[test].part, column):
                low.append(pair[0])
                high.append(pair[1])
                of_test.append(test)
        made: defaultdict[int, list[int]] = defaultdict(list)
        for place, test in enumerate(of_test, len(self._low)):
            made[test].append(place)
        entries = [
            (rule, one)
            for rule, test in zip(table.pair_rule.tolist(), table.pair_test.tolist(), strict=True)
            if test in made
            for one in made[test]
        ]
        self._entry_rule = np.append(self._entry_rule, [rule for rule, _ in entries]).astype(int)
        self._entry_range = np.append(self._entry_range, [one for _, one in entries]).astype(int)
        self._low = np.append(self._low, low).astype(np.int64)
        self._high = np.append(self._high, high).astype(np.int64)
        self._test_of = np.append(self._test_of, of_test).astype(np.int64)
        self.rest = [
            [
                *(table.tests[test].plan for test in rule.tests if self._late[test]),
                *rule.rest,
            ]
            for rule in book.rules
        ]
        return np.append(seen_in, np.subtract(high, low)).astype(np.int64)

    def _words(
        self, live: Places, shares: NDArray[Any], wanting: NDArray[np.bool_]
    ) -> Iterator[Word]:
        """Put rules with one leading axis together, like beside like."""
        table = self.book.lookup
        if not len(live):
            return
        column = table.test_column.take(table.pair_test)
        width = len(table.axes)
        # numbers lead where no code tells: to place rows on their axes costs more
        dear = np.where(self._numeric.take(column), NUMBERS_LATER, 1.0) * shares
        rarest = np.minimum.reduceat(dear, table.rule_start)
        telling = (dear <= NEARLY * rarest.take(table.pair_rule)) & (shares <= COMMON)
        weight = np.where(telling, table.column_uses.take(column) * width + column, -1)
        leading = np.maximum.reduceat(weight, table.rule_start).take(live)
        leading = np.where(leading < 0, width, leading % width)
        few = np.bincount(leading, minlength=width + 1) < LED
        leading = np.where(few.take(leading), width, leading)  # what few share leads nothing
        kind = table.rule_kind.take(live)
        alike = np.bincount(kind.compress(leading == width), minlength=len(table.rule_kind)) >= LED
        leading = np.where((leading == width) & alike.take(kind), width + 1 + kind, leading)
        order = np.lexsort((live, kind, leading))
        live, leading = live.take(order), leading.take(order)
        starts = np.flatnonzero(np.append(True, leading[1:] != leading[:-1]))
        rank = np.arange(len(live)) - np.repeat(starts, np.diff(np.append(starts, len(live))))
        fresh = (rank % BITS) == 0
        word_of = np.full(table.rules, -1, dtype=np.int64)
        word_of[live] = np.cumsum(fresh) - 1
        bit_of = np.zeros(table.rules, dtype=np.uint64)
        bit_of[live] = np.uint64(1) << (rank % BITS).astype(np.uint64)
        of_words = self._tables(word_of, bit_of, int(np.count_nonzero(fresh)))
        edges = [*np.flatnonzero(fresh).tolist(), len(live)]
        for word, asked in enumerate(of_words):
            lead = int(leading[edges[word]])
            asked.sort(
                key=lambda one, lead=lead: (
                    one[0] != lead,
                    lead < width and self._numeric[one[0]],
                    -one[1],
                )  # type: ignore[misc]
            )
            rules = live[edges[word] : edges[word + 1]]
            open_bits = np.bitwise_or.reduce(bit_of.take(rules).compress(wanting.take(rules)))
            # the leading axis and the coded ones first: numbers are dearer
            near = [one[0] == lead or not self._numeric[one[0]] for one in asked]
            near[0] = True
            tables = [(one[0], one[3]) for one, now in zip(asked, near, strict=True) if now]
            numbers = {
                one[0]: (one[2], one[3]) for one, now in zip(asked, near, strict=True) if not now
            }
            yield Word(rules, tables, numbers, open_bits)

    def _tables(
        self, word_of: Places, bit_of: Bits, words: int
    ) -> list[list[tuple[int, float, np.uint64, Bits]]]:
        """Return for each word its columns, how much they hold back, and their tables."""
        table = self.book.lookup
        width = len(table.axes)
        pairs = np.flatnonzero(
            (word_of.take(table.pair_rule) >= 0) & ~self._late.take(table.pair_test)
        )
        rules, tests = table.pair_rule.take(pairs), table.pair_test.take(pairs)
        keys = word_of.take(rules) * width + table.test_column.take(tests)
        asked = np.zeros(words * width, dtype=np.uint64)
        np.bitwise_or.at(asked, keys, bit_of.take(rules))
        holding = np.bincount(keys, 1.0 - self._shares.take(tests), minlength=words * width)
        all_of = np.zeros(words, dtype=np.uint64)
        np.bitwise_or.at(all_of, word_of.compress(word_of >= 0), bit_of.compress(word_of >= 0))
        entries = np.flatnonzero(word_of.take(self._entry_rule) >= 0)
        rules, ranges = self._entry_rule.take(entries), self._entry_range.take(entries)
        places = word_of.take(rules) * width + table.test_column.take(self._test_of.take(ranges))
        order = np.argsort(places, kind="stable")
        rules, ranges, places = rules.take(order), ranges.take(order), places.take(order)
        bits, low, high = bit_of.take(rules), self._low.take(ranges), self._high.take(ranges)
        made: list[list[tuple[int, float, np.uint64, Bits]]] = [[] for _ in range(words)]
        wanted = np.flatnonzero(asked)
        first, last = np.searchsorted(places, wanted), np.searchsorted(places, wanted, "right")
        for place, start, stop in zip(wanted.tolist(), first.tolist(), last.tolist(), strict=True):
            word, column = divmod(place, width)
            edges = np.zeros(self._distinct[column] + 2, dtype=np.uint64)
            np.bitwise_xor.at(edges, low[start:stop], bits[start:stop])
            np.bitwise_xor.at(edges, high[start:stop], bits[start:stop])
            # a bit is on between its two edges, and everywhere where its rule does not ask
            truth = np.bitwise_xor.accumulate(edges)[:-1] | (all_of[word] & ~asked[place])
            made[word].append((column, float(holding[place]), asked[place], truth))
        return made

    def matches(self, standings: Standings) -> Iterator[Matches]:
        """Yield the bits of the rules whose tests each row passes, some words at a time."""
        waiting: list[tuple[Word, Places, Bits]] = []
        for word in self.words:
            waiting.append((word, *_narrowed(word, standings)))
            if sum(len(rows) for _, rows, _ in waiting) > ROWS:
                yield self._by_numbers(waiting, standings)
                waiting = []
        if waiting:
            yield self._by_numbers(waiting, standings)

    def _by_numbers(self, found: list[tuple[Word, Places, Bits]], standings: Standings) -> Matches:
        """Take from the bits those that the numbers forbid, for several words at once."""
        words = [word for word, _, _ in found]
        which = np.repeat(np.arange(len(found)), [len(rows) for _, rows, _ in found])
        rows = np.concatenate([rows for _, rows, _ in found])
        bits = np.concatenate([bits for _, _, bits in found])
        for axis in self._order:
            tables = [word.numbers.get(axis, NOT_ASKED) for word in words]
            asked = np.array([bits for bits, _ in tables], dtype=np.uint64)
            if not asked.any():
                continue
            wanting = (bits & asked.take(which, mode="clip")) != 0
            some = np.flatnonzero(wanting)
            starts = np.cumsum([0, *(len(table) for _, table in tables[:-1])])
            codes = standings.codes(axis, rows.take(some, mode="clip"))
            codes = codes + starts.take(which.take(some, mode="clip"), mode="clip")
            truth = np.concatenate([table for _, table in tables]).take(codes, mode="clip")
            if len(some) == len(bits):
                bits &= truth
            else:
                bits[some] &= truth
            left = bits != 0
            if np.count_nonzero(left) < CROWDED * len(bits):
                kept = np.flatnonzero(left)
                rows, bits = rows.take(kept, mode="clip"), bits.take(kept, mode="clip")
                which = which.take(kept, mode="clip")
        return Matches(words, which, rows, bits)


def _narrowed(word: Word, standings: Standings) -> tuple[Places, Bits]:
    """Return the rows that pass the word's own tables, and their bits."""
    rows: Places | None = None
    bits: Bits | None = None
    for axis, table in word.tables:
        found = table.take(standings.codes(axis, rows), mode="clip")
        bits = found if bits is None else np.bitwise_and(bits, found, out=found)
        left = bits != 0
        if np.count_nonzero(left) < CROWDED * len(bits):
            kept = np.flatnonzero(left)
            rows = kept if rows is None else rows.take(kept, mode="clip")
            bits = bits.take(kept, mode="clip")
    assert bits is not None
    return np.arange(standings.size) if rows is None else rows, bits


def _stride(rows: int) -> int:
    return max(1, rows // SAMPLE)
