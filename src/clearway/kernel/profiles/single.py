"""One item: generated Python with an index that picks only the profiles that can hit.

Every profile that demands a certain word, prefix or flag of a column waits in the bucket of that
key, so an item looks only into the buckets of its own keys. Within a bucket the conditions
become nested ``if`` statements; a test that several profiles share stands once above them.
Nothing of a condition's text enters the generated source: it holds column positions and whole
numbers only, and names (``k0``, ``k1`` …) for words, sets and matchers kept beside it.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from typing import Any

import msgspec

from clearway.kernel.columns import Schema
from clearway.kernel.profiles.arithmetic import Arithmetic
from clearway.kernel.profiles.like import prefix_of
from clearway.kernel.profiles.single_leaves import LeafCode
from clearway.kernel.profiles.tree import (
    And,
    Flag,
    Leaf,
    NumberIn,
    Or,
    TextIn,
    TextLike,
    Tree,
)

Row = Sequence[Any]
SMALL = 4  # a bucket of so few profiles is not cut further


class Entry(msgspec.Struct, frozen=True):
    """What is left to prove for a profile: all of ``parts``; ``used`` keys serve no more."""

    profile: int
    parts: tuple[Tree, ...]
    used: frozenset[tuple[str, int]] = frozenset()


class Key(msgspec.Struct, frozen=True):
    """A key that a part demands: the column's value, or its first ``length`` characters."""

    column: str
    length: int
    values: tuple[str | int | bool, ...]
    share: float


def _key(part: Tree, distinct: Counter[str]) -> Key | None:
    """Return the key that a part demands, with the share of items that may have it (a guess)."""
    if isinstance(part, TextIn) and not part.negated:
        share = len(part.words) / max(20, distinct[part.column])
        return Key(part.column, 0, part.words, share)
    if isinstance(part, NumberIn) and not part.negated:
        return Key(part.column, 0, part.values, len(part.values) / 20)
    if isinstance(part, Flag) and part.want:
        return Key(part.column, 0, (True,), 0.2)
    if isinstance(part, TextLike) and not part.negated:
        stem = prefix_of(part.pattern) or part.pattern.split("%")[0].split("_")[0]
        return Key(part.column, len(stem), (stem,), 0.4 ** len(stem)) if stem else None
    if isinstance(part, Or):
        return _joint_key([_key(choice, distinct) for choice in part.parts])
    return None


def _joint_key(keys: list[Key | None]) -> Key | None:
    """Return one key that serves all choices of an OR on one column, if they allow it."""
    found = [key for key in keys if key is not None]
    if len(found) != len(keys) or len({(key.column, key.length) for key in found}) != 1:
        return None
    values = tuple(dict.fromkeys(value for key in found for value in key.values))
    return Key(found[0].column, found[0].length, values, sum(key.share for key in found))


class Generator:
    """Writes and compiles the function that answers which profiles an item hits."""

    def __init__(self, schema: Schema, arithmetic: Arithmetic) -> None:
        self.schema = schema
        self.leaf_code = LeafCode(schema, arithmetic)
        self.space = self.leaf_code.space
        self._functions: list[str] = []
        self._names: dict[tuple[Entry, ...], str] = {}
        self._distinct: Counter[str] = Counter()
        self._tables: dict[str, dict[Any, str]] = {}

    def build(self, trees: Sequence[Tree]) -> Callable[[Row], list[int]]:
        """Return a function from a row to the sorted places of the profiles that hit."""
        words: defaultdict[str, set[str]] = defaultdict(set)
        entries: list[Entry] = []
        repeated = False
        for place, tree in enumerate(trees):
            choices = tree.parts if isinstance(tree, Or) else (tree,)
            parts = [choice.parts if isinstance(choice, And) else (choice,) for choice in choices]
            if any(not any(_key(part, self._distinct) for part in choice) for choice in parts):
                parts = [(tree,)]
            repeated |= len(parts) > 1
            entries += [Entry(place, choice) for choice in parts]
            for choice in parts:
                for part in choice:
                    if isinstance(part, TextIn):
                        words[part.column].update(part.words)
        self._distinct.update({column: len(found) for column, found in words.items()})
        main = self._function(tuple(entries))
        source = "\n".join(self._functions)
        exec(compile(source, "<profiles>", "exec"), self.space)  # noqa: S102 - see the module
        for name, table in self._tables.items():
            self.space[name].update({key: self.space[target] for key, target in table.items()})
        return self._entry(self.space[main], repeated=repeated)

    @staticmethod
    def _entry(
        run: Callable[[Row, Callable[[int], None]], None], *, repeated: bool
    ) -> Callable[[Row], list[int]]:
        def hits(row: Row) -> list[int]:
            found: list[int] = []
            run(row, found.append)
            if len(found) > 1:
                if repeated:
                    found = list(set(found))
                found.sort()
            return found

        return hits

    def _function(self, entries: tuple[Entry, ...]) -> str:
        """Write the function of a group of entries, once for equal groups, and name it."""
        name = self._names.get(entries)
        if name is None:
            name = self._names[entries] = f"f{len(self._names)}"
            body = self._group(entries)
            self._functions.append("\n".join([f"def {name}(r, hit):", *(body or ["  pass"])]))
        return name

    def _group(self, entries: tuple[Entry, ...]) -> list[str]:
        """Sort entries into buckets by key; what has no key is tested one after the other."""
        if len(entries) <= SMALL:
            return self._tests(list(entries), "  ")
        keyed: defaultdict[tuple[str, int], defaultdict[Any, list[Entry]]]
        keyed = defaultdict(lambda: defaultdict(list))
        rest: list[Entry] = []
        for entry in entries:
            chosen = self._choose(entry)
            if chosen is None:
                rest.append(entry)
                continue
            part, key = chosen
            left = entry.parts
            if self._proved(part):
                left = tuple(other for other in left if other is not part)
            used = entry.used | {(key.column, key.length)}
            for value in key.values:
                keyed[key.column, key.length][value].append(Entry(entry.profile, left, used))
        lines = self._tests(rest, "  ")
        for (column, length), table in keyed.items():
            lines += self._dispatch(column, length, table)
        return lines

    @staticmethod
    def _proved(part: Tree) -> bool:
        """Tell whether having the key already proves the part."""
        if isinstance(part, TextLike):
            return prefix_of(part.pattern) is not None
        if isinstance(part, Or):
            return all(
                (isinstance(one, TextLike) and prefix_of(one.pattern) is not None)
                or isinstance(one, TextIn | NumberIn | Flag)
                for one in part.parts
            )
        return True

    def _choose(self, entry: Entry) -> tuple[Tree, Key] | None:
        best: tuple[Tree, Key] | None = None
        for part in entry.parts:
            key = _key(part, self._distinct)
            if key is None or key.share >= 0.5 or (key.column, key.length) in entry.used:
                continue
            if best is None or key.share < best[1].share:
                best = (part, key)
        return best

    def _dispatch(self, column: str, length: int, table: dict[Any, list[Entry]]) -> list[str]:
        name = f"t{len(self._tables)}"
        self._tables[name] = {}
        self.space[name] = {}
        self.space[f"{name}_get"] = self.space[name].get
        for value, entries in table.items():
            self._tables[name][value] = self._function(tuple(entries))
        value_code = f"r[{self.schema.position[column]}]"
        if length == 0:
            return [f"  f = {name}_get({value_code})", "  if f: f(r, hit)"]
        return [
            f"  v = {value_code}",
            f"  if v: f = {name}_get(v[:{length}])",
            "  else: f = None",
            "  if f: f(r, hit)",
        ]

    def _tests(self, entries: list[Entry], indent: str) -> list[str]:
        """Write nested tests: the part that most entries share stands once above them."""
        lines: list[str] = []
        while entries:
            counts = Counter(part for entry in entries for part in entry.parts)
            shared, count = counts.most_common(1)[0] if counts else (None, 0)
            if shared is None or count < 2 or len(indent) > 30:
                break
            within = [entry for entry in entries if shared in entry.parts]
            entries = [entry for entry in entries if shared not in entry.parts]
            lines.append(f"{indent}if {self._code(shared)}:")
            left = [
                Entry(entry.profile, tuple(part for part in entry.parts if part != shared))
                for entry in within
            ]
            lines += self._tests(left, indent + " ")
        for entry in entries:
            tests = " and ".join(self._code(part) for part in entry.parts)
            call = f"hit({entry.profile})"
            lines.append(f"{indent}if {tests}: {call}" if tests else f"{indent}{call}")
        return lines

    def _code(self, tree: Tree) -> str:
        if isinstance(tree, And | Or):
            word = " and " if isinstance(tree, And) else " or "
            return "(" + word.join(self._code(part) for part in tree.parts) + ")"
        leaf: Leaf = tree
        return self.leaf_code.write(leaf)
