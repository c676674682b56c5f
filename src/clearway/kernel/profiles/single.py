"""One item: generated Python with an index that picks only the profiles that can hit.

Every profile that demands a certain word, prefix or flag of a column waits in the bucket of that
key, so an item looks only into the buckets of its own keys. Within a bucket the conditions
become nested ``if`` statements; a test that several profiles share stands once above them.
Nothing of a condition's text enters the generated source: it holds column positions and whole
numbers only, and names (``k0``, ``k1`` …) for words, sets and matchers kept beside it.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
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
    leaves,
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


Distinct = Counter[tuple[str, int]]


def _key(part: Tree, distinct: Distinct) -> Key | None:
    """Return the key that a part demands, with the share of items that may have it.

    The share is a guess: the more words (or stems of one length) of a column the profiles name,
    the rarer is each.
    """
    if isinstance(part, TextIn) and not part.negated:
        share = len(part.words) / max(20, distinct[part.column, 0])
        return Key(part.column, 0, part.words, share)
    if isinstance(part, NumberIn) and not part.negated:
        return Key(part.column, 0, part.values, len(part.values) / 20)
    if isinstance(part, Flag) and part.want:
        return Key(part.column, 0, (True,), 0.2)
    if isinstance(part, TextLike) and not part.negated:
        stem = prefix_of(part.pattern) or part.pattern.split("%")[0].split("_")[0]
        share = min(0.4 ** len(stem), 1 / max(20, distinct[part.column, len(stem)]))
        return Key(part.column, len(stem), (stem,), share) if stem else None
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
        self.space |= {"sorted": sorted, "set": set}
        self._functions: list[str] = []
        self._names: dict[tuple[Entry, ...], str] = {}
        self._distinct: Distinct = Counter()
        self._tables: dict[str, dict[Any, str]] = {}

    def build(self, trees: Sequence[Tree]) -> Callable[[Row], list[int]]:
        """Return a function from a row to the sorted places of the profiles that hit."""
        words: defaultdict[tuple[str, int], set[str]] = defaultdict(set)
        for leaf in (leaf for tree in trees for leaf in leaves(tree)):
            if isinstance(leaf, TextIn):
                words[leaf.column, 0].update(leaf.words)
            elif isinstance(leaf, TextLike) and (stem := prefix_of(leaf.pattern)):
                words[leaf.column, len(stem)].add(stem)
        self._distinct.update({column: len(found) for column, found in words.items()})
        entries: list[Entry] = []
        repeated = False
        for place, tree in enumerate(trees):
            choices = tree.parts if isinstance(tree, Or) else (tree,)
            parts = [choice.parts if isinstance(choice, And) else (choice,) for choice in choices]
            if any(not any(_key(part, self._distinct) for part in choice) for choice in parts):
                parts = [(tree,)]
            repeated |= len(parts) > 1
            entries += [Entry(place, choice) for choice in parts]
        body = self._group(tuple(entries))
        order = "found = sorted(set(found))" if repeated else "found.sort()"
        ending = [f"  if found: {order}", "  return found"]
        self._functions.append("\n".join(["def hits(r):", "  found = []", *body, *ending]))
        source = "\n".join(self._functions)
        exec(compile(source, "<profiles>", "exec"), self.space)  # noqa: S102 - see the module
        for name, table in self._tables.items():
            self.space[name].update({key: self.space[target] for key, target in table.items()})
        hits: Callable[[Row], list[int]] = self.space["hits"]
        return hits

    def _function(self, entries: tuple[Entry, ...]) -> str:
        """Write the function of a group of entries, once for equal groups, and name it."""
        name = self._names.get(entries)
        if name is None:
            name = self._names[entries] = f"f{len(self._names)}"
            body = self._group(entries)
            self._functions.append("\n".join([f"def {name}(r, found):", *(body or ["  pass"])]))
        return name

    def _group(self, entries: tuple[Entry, ...]) -> list[str]:
        """Sort entries into buckets by key; what has no key is tested one after the other."""
        if len(entries) <= SMALL:
            return self._tests(list(entries), "  ")
        chosen: list[tuple[Entry, Tree, Key]] = []
        rest: list[Entry] = []
        stems: dict[str, int] = {}
        for entry in entries:
            best = self._choose(entry)
            if best is None:
                rest.append(entry)
                continue
            chosen.append((entry, *best))
            if best[1].length:
                stems[best[1].column] = max(stems.get(best[1].column, 0), best[1].length)
        keyed: defaultdict[tuple[str, int], defaultdict[Any, list[Entry]]]
        keyed = defaultdict(lambda: defaultdict(list))
        for entry, part, key in chosen:
            left, length = entry.parts, key.length
            values: Iterable[Any] = key.values
            if length == 0 and key.column in stems:  # one look-up serves words and stems
                length = stems[key.column]
                values = dict.fromkeys(str(value)[:length] for value in values)
            elif self._proved(part):
                left = tuple(other for other in left if other is not part)
            used = entry.used | {(key.column, length)}
            for value in values:
                keyed[key.column, length][value].append(Entry(entry.profile, left, used))
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
        for value, entries in table.items():
            self._tables[name][value] = self._function(tuple(entries))
        value_code = f"r[{self.schema.position[column]}]"
        if length == 0:
            return [f"  v = {value_code}", f"  if v in {name}: {name}[v](r, found)"]
        self.space[f"s{length}"] = slice(length)  # made once, not for every item
        return [
            f"  v = {value_code}",
            "  if v is not None:",
            f"    v = v[s{length}]",
            f"    if v in {name}: {name}[v](r, found)",
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
            call = f"found.append({entry.profile})"
            lines.append(f"{indent}if {tests}: {call}" if tests else f"{indent}{call}")
        return lines

    def _code(self, tree: Tree) -> str:
        if isinstance(tree, And | Or):
            word = " and " if isinstance(tree, And) else " or "
            return "(" + word.join(self._code(part) for part in tree.parts) + ")"
        leaf: Leaf = tree
        return self.leaf_code.write(leaf)
