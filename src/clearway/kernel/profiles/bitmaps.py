"""Up to 64 rules at once: one bit for each, looked up by dictionary code.

For every column that a word of rules looks at there is a table: dictionary code → the bits of
the rules that accept it. An item's bits are the AND of its codes' entries, so that one look-up
decides 64 conditions. Rules that share a rare column stand in one word; the rows that this
column leaves over are few, and only they look at the other columns.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from clearway.kernel.columns import Batch, Codes
from clearway.kernel.profiles.bounds import bounds_of, exact_columns
from clearway.kernel.profiles.bulk_leaves import Index
from clearway.kernel.profiles.dictionaries import Dictionaries
from clearway.kernel.profiles.rules import RuleBook

Places = NDArray[np.int64]
Bits = NDArray[np.uint64]
BITS = 64
SAMPLE = 2_048
MANY_WORDS = 2_000  # a longer dictionary is not walked for a pattern; few of its words matter
COMMON = 0.1  # a rule whose tests let so many rows pass starts better from its other parts
NEARLY = 4.0  # a column so many times commoner than a rule's rarest may still lead it
CROWDED = 0.6  # rows without a bit left are dropped when fewer than this share has one
INDEX_FROM = 2  # an index of a column's rows pays from so many words


class Word(msgspec.Struct, frozen=True, eq=False):
    """Tables of up to 64 rules by column, the leading one first; bit b is rule ``rules[b]``."""

    rules: Places
    tables: list[tuple[str, Bits]]


def coded(batch: Batch, name: str) -> Codes:
    """Return a coded column; one that the batch does not have is absent in every row."""
    column = batch.columns.get(name)
    return column if isinstance(column, Codes) else Codes(np.zeros(batch.rows, np.uint8), [])


class Bitmaps:
    """The words of a rule book for the dictionaries of one batch.

    ``rest[r]`` are the numbers of the parts that rule ``r`` still wants after its bits and
    ``bounds``, ``loose`` the profiles that are better not decided here.
    """

    def __init__(self, book: RuleBook, batch: Batch, dictionaries: Dictionaries) -> None:
        self.book = book
        self.bounds, self.rest = book.bounds, book.rest
        table = book.lookup
        self._codes = [coded(batch, name) for name in table.columns]
        size = len(table.tests)
        places, seen = self._places()
        self._low, self._high = places.take(table.range_low), places.take(table.range_high)
        seen_in = seen.take(table.range_high) - seen.take(table.range_low)
        self._entry_rule, self._entry_range = table.entry_rule, table.entry_range
        self._test_of = table.range_test
        self._late = np.zeros(size, dtype=np.bool_)
        exact = exact_columns(batch)
        if table.infix or exact:
            seen_in = self._late_parts(exact, dictionaries, seen_in)
        sample = max(1, len(range(0, batch.rows, _stride(batch.rows))))
        found = np.bincount(self._test_of, seen_in, minlength=size)
        words = np.bincount(self._test_of, self._high - self._low, minlength=size)
        # a little more than was seen: a word that the sample missed is rare, not impossible
        self._shares = (found + 0.5) / (sample + 0.5)
        self._shares[words == 0] = 0.0
        self._shares[self._late] = 1.0
        shares = self._shares.take(table.pair_test)
        passing = np.multiply.reduceat(shares, table.rule_start) if len(shares) else shares
        common = book.profiles.compress(passing > COMMON)
        self.loose = {*book.loose, *common.tolist()}
        live = (passing > 0) & ~np.isin(book.profiles, common)
        self.words = list(self._words(np.flatnonzero(live), shares))

    def _places(self) -> tuple[Places, Places]:
        """Return where the tables' words stand, and how many sampled rows stand before them."""
        places, before = [], []
        for column, ends in zip(self._codes, self.book.lookup.ends, strict=True):
            words = column.values
            found = [bisect_left(words, word) for word in ends]
            places.append(np.array([*found, len(words), len(words) + 1], dtype=np.int64))
            counts = np.bincount(
                column.codes[:: _stride(len(column.codes))], minlength=len(words) + 1
            )
            before.append(np.concatenate([[0], np.cumsum(counts)]).take(places[-1]))
        if not places:
            return np.empty(0, np.int64), np.empty(0, np.int64)
        return np.concatenate(places), np.concatenate(before)

    def _late_parts(
        self, exact: frozenset[str], dictionaries: Dictionaries, seen_in: Places
    ) -> Places:
        """Look through small dictionaries for patterns; leave to the rest what cannot be here."""
        book, table = self.book, self.book.lookup
        low, high, of_test = [], [], []
        for test in table.infix:
            column = self._codes[table.test_column[test]]
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
        if exact:
            self.bounds = bounds_of([rule.ranges for rule in book.rules], exact)
        self.rest = [
            [
                *(table.tests[test].plan for test in rule.tests if self._late[test]),
                *(plan for plan, wanted in rule.ranges if wanted.column in exact),
                *rule.rest,
            ]
            for rule in book.rules
        ]
        return np.append(seen_in, np.subtract(high, low)).astype(np.int64)

    def _words(self, live: Places, shares: NDArray[Any]) -> Iterator[Word]:
        """Put rules with one leading column together, like beside like."""
        table = self.book.lookup
        if not len(live):
            return
        column = table.test_column.take(table.pair_test)
        rarest = np.minimum.reduceat(shares, table.rule_start)
        telling = (shares <= NEARLY * rarest.take(table.pair_rule)) & (shares <= COMMON)
        weight = np.where(telling, table.column_uses.take(column), -1) * len(self._codes) + column
        weight = np.where(telling | (shares <= rarest.take(table.pair_rule)), weight, -(1 << 40))
        leading = np.maximum.reduceat(weight, table.rule_start).take(live) % len(self._codes)
        order = np.lexsort((live, table.rule_kind.take(live), leading))
        live, leading = live.take(order), leading.take(order)
        starts = np.flatnonzero(np.append(True, leading[1:] != leading[:-1]))
        rank = np.arange(len(live)) - np.repeat(starts, np.diff(np.append(starts, len(live))))
        fresh = (rank % BITS) == 0
        word_of = np.full(table.rules, -1, dtype=np.int64)
        word_of[live] = np.cumsum(fresh) - 1
        bit_of = np.zeros(table.rules, dtype=np.uint64)
        bit_of[live] = np.uint64(1) << (rank % BITS).astype(np.uint64)
        tables = self._tables(word_of, bit_of, int(np.count_nonzero(fresh)))
        edges = [*np.flatnonzero(fresh).tolist(), len(live)]
        for word, asked in enumerate(tables):
            lead = int(leading[edges[word]])
            asked.sort(key=lambda one, lead=lead: (one[0] != lead, -one[1]))  # type: ignore[misc]
            named = [(table.columns[one[0]], one[2]) for one in asked]
            yield Word(live[edges[word] : edges[word + 1]], named)

    def _tables(
        self, word_of: Places, bit_of: Bits, words: int
    ) -> list[list[tuple[int, float, Bits]]]:
        """Return for each word its columns, how much they hold back, and their tables."""
        table = self.book.lookup
        width = len(self._codes)
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
        made: list[list[tuple[int, float, Bits]]] = [[] for _ in range(words)]
        wanted = np.flatnonzero(asked)
        first, last = np.searchsorted(places, wanted), np.searchsorted(places, wanted, "right")
        for place, start, stop in zip(wanted.tolist(), first.tolist(), last.tolist(), strict=True):
            word, column = divmod(place, width)
            edges = np.zeros(len(self._codes[column].values) + 2, dtype=np.uint64)
            np.bitwise_xor.at(edges, low[start:stop], bits[start:stop])
            np.bitwise_xor.at(edges, high[start:stop], bits[start:stop])
            # a bit is on between its two edges, and everywhere where its rule does not ask
            truth = np.bitwise_xor.accumulate(edges)[:-1] | (all_of[word] & ~asked[place])
            made[word].append((column, float(holding[place]), truth))
        return made

    def pairs(self, piece: Batch) -> Iterator[tuple[Places, Places]]:
        """Yield (rows, rules) that pass every test, word by word, in no order."""
        leads = [word.tables[0][0] for word in self.words]
        indices: dict[str, Index] = {}
        for word in self.words:
            name, table = word.tables[0]
            column = coded(piece, name)
            if leads.count(name) < INDEX_FROM:
                codes: NDArray[Any] = column.codes.astype(np.intp)
                rows = np.flatnonzero((table != 0).take(codes))
                bits = table.take(codes.take(rows))
            else:
                if name not in indices:
                    indices[name] = Index(column)
                rows, bits = indices[name].spread(table)
            for name, table in word.tables[1:]:
                bits &= table.take(coded(piece, name).codes.take(rows))
                left = bits != 0
                if np.count_nonzero(left) < CROWDED * len(rows):
                    rows, bits = rows.compress(left), bits.compress(left)
            yield from _spread(rows, bits, word.rules)


def _stride(rows: int) -> int:
    return max(1, rows // SAMPLE)


def _spread(rows: Places, bits: Bits, rules: Places) -> Iterator[tuple[Places, Places]]:
    """Yield (rows, rules) for every bit that is on: the lowest of each row, then the next."""
    while True:
        left = bits != 0
        rows, bits = rows.compress(left), bits.compress(left)
        if not len(rows):
            return
        below = bits - np.uint64(1)
        yield rows, rules.take(np.bitwise_count(below & ~bits))
        bits = bits & below
