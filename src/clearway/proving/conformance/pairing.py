"""Which declaration a tax notice answers.

By local reference number (LRN); failing that by MRN, where the declaration carries one; failing
that by folder, if it holds exactly one original declaration. A notice on a later version
answers that version only where the version itself is there in full, never its predecessor.
"""

from __future__ import annotations

from collections import defaultdict

import msgspec

from clearway.messages.records import Declaration
from clearway.proving.conformance.folder import ORIGINAL, Message, Notice


class Pair(msgspec.Struct):
    """A notice and its declaration, or the reason why it has none. ``by`` is lrn, mrn, folder."""

    notice: Notice
    message: Message | None = None
    by: str = ""
    reason: str = ""

    @property
    def declaration(self) -> Declaration | None:
        """The declaration, where there is one."""
        return self.message.declaration if self.message is not None else None


class Pairing:
    """The declarations of a folder, ready to be asked for by notices."""

    def __init__(self, messages: list[Message]) -> None:
        self._by_lrn: dict[str, list[Message]] = defaultdict(list)
        self._by_mrn: dict[str, list[Message]] = defaultdict(list)
        self._by_place: dict[str, list[Message]] = defaultdict(list)
        for message in messages:
            declaration = message.declaration
            if declaration is None or declaration.goods_shipment is None:
                continue
            if declaration.functional_reference_id:
                self._by_lrn[declaration.functional_reference_id].append(message)
            if declaration.id:
                self._by_mrn[declaration.id].append(message)
            self._by_place[message.place].append(message)

    def pair(self, notice: Notice) -> Pair:
        """Return the notice with its declaration."""
        for by, found in (
            ("lrn", self._by_lrn.get(notice.lrn, [])),
            ("mrn", self._by_mrn.get(notice.mrn, [])),
            ("folder", self._by_place.get(notice.place, [])),
        ):
            originals = [message for message in found if _is_original(message)]
            if not originals:
                continue
            if by == "folder" and len(originals) > 1:
                return Pair(notice, reason="several declarations stand in its folder")
            if notice.version > 1:
                reason = f"it assesses version {notice.version}, which is not there in full"
                return Pair(notice, reason=reason)
            nearest = [message for message in originals if message.place == notice.place]
            return Pair(notice, (nearest or originals)[0], by)
        return Pair(notice, reason="its declaration is not in the folder")


def _is_original(message: Message) -> bool:
    declaration = message.declaration
    return declaration is not None and declaration.function_code == ORIGINAL
