"""Which declaration a tax notice answers.

By local reference number (LRN); failing that by MRN, where the declaration carries one; failing
that by folder: the nearest one above the notice that holds declarations itself, else the
scenario, if that is exactly one original declaration. A notice on a later version
answers that version only where it is there in full, as the original with every amendment up to
it, never its predecessor.
"""

from __future__ import annotations

from collections import defaultdict
from pathlib import PurePosixPath

import msgspec

from clearway.messages.records import Declaration
from clearway.proving.conformance.amendments import CORRECTION, amended
from clearway.proving.conformance.folder import ORIGINAL, Message, Notice


class Pair(msgspec.Struct):
    """A notice and its declaration, or the reason why it has none.

    ``message`` is the original's; ``declaration`` is that with the amendments up to the
    notice's version; ``by`` is lrn, mrn or folder.
    """

    notice: Notice
    message: Message | None = None
    by: str = ""
    reason: str = ""
    declaration: Declaration | None = None


class Pairing:
    """The declarations of a folder, ready to be asked for by notices."""

    def __init__(self, messages: list[Message]) -> None:
        self._by_lrn: dict[str, list[Message]] = defaultdict(list)
        self._by_mrn: dict[str, list[Message]] = defaultdict(list)
        self._by_place: dict[str, list[Message]] = defaultdict(list)
        self._by_folder: dict[PurePosixPath, list[Message]] = defaultdict(list)
        self._amendments: list[Message] = []
        for message in messages:
            declaration = message.declaration
            if declaration is None or declaration.goods_shipment is None:
                continue
            if declaration.type_code == CORRECTION:
                self._amendments.append(message)
            if declaration.functional_reference_id:
                self._by_lrn[declaration.functional_reference_id].append(message)
            if declaration.id:
                self._by_mrn[declaration.id].append(message)
            self._by_place[message.place].append(message)
            self._by_folder[PurePosixPath(message.name).parent].append(message)

    def pair(self, notice: Notice) -> Pair:
        """Return the notice with its declaration."""
        for by, found in (
            ("lrn", self._by_lrn.get(notice.lrn, [])),
            ("mrn", self._by_mrn.get(notice.mrn, [])),
            ("folder", self._near(notice)),
        ):
            originals = [message for message in found if _is_original(message)]
            if not originals:
                continue
            if by == "folder" and len(originals) > 1:
                return Pair(notice, reason="several declarations stand in its folder")
            nearest = [message for message in originals if message.place == notice.place]
            original = (nearest or originals)[0]
            declaration = self._version(original, notice)
            if declaration is None:
                reason = f"it assesses version {notice.version}, which is not there in full"
                return Pair(notice, reason=reason)
            return Pair(notice, original, by, declaration=declaration)
        return Pair(notice, reason="its declaration is not in the folder")

    def _near(self, notice: Notice) -> list[Message]:
        """Return the declarations in the nearest folder above a notice that holds any."""
        for folder in PurePosixPath(notice.name).parents:
            if found := self._by_folder.get(folder):
                return found
        return self._by_place.get(notice.place, [])

    def _version(self, original: Message, notice: Notice) -> Declaration | None:
        """Return the declaration as of the notice's version; None where it is not there.

        Version n is the original with n - 1 amendments. These carry the notice's MRN; where
        none does, those of the original's folder count, if it holds one original alone.
        """
        declaration = original.declaration
        if notice.version == 1:
            return declaration
        found = [one for one in self._amendments if _mrn(one) == notice.mrn]
        folder = self._by_folder[PurePosixPath(original.name).parent]
        beside = folder if len(folder) > 1 else self._by_place[original.place]
        if not found and sum(map(_is_original, beside)) == 1:
            found = [one for one in beside if one in self._amendments]
        if len(found) != notice.version - 1:
            return None
        for one in found:
            if declaration is not None and one.declaration is not None:
                declaration = amended(declaration, one.declaration)
        return declaration


def _is_original(message: Message) -> bool:
    declaration = message.declaration
    return declaration is not None and declaration.function_code == ORIGINAL


def _mrn(message: Message) -> str:
    declaration = message.declaration
    return (declaration.id or "") if declaration is not None else ""
