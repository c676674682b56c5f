"""The kinds of documents that are issued, in an explicit list."""

from __future__ import annotations

from typing import Final

from clearway.documents import contents

CONTENTS: Final[dict[str, type[contents.Content]]] = {
    "declaration_print": contents.DeclarationPrint,
    "tax_notice": contents.TaxNotice,
    "receipt": contents.Receipt,
    "release_note": contents.ReleaseNote,
    "permit": contents.Permit,
    "inspection_report": contents.InspectionReport,
    "delivery_order": contents.DeliveryOrder,
    "interchange_receipt": contents.InterchangeReceipt,
}
"""What each kind says."""

KINDS: Final = tuple(CONTENTS)

PREFIXES: Final[dict[str, str]] = {
    "declaration_print": "DP",
    "tax_notice": "TN",
    "receipt": "RC",
    "release_note": "RN",
    "permit": "PM",
    "inspection_report": "IR",
    "delivery_order": "DO",
    "interchange_receipt": "EI",
}
"""What a document's number begins with."""

REASONS: Final = ("data_changed", "withdrawn", "revoked", "used", "expired")
"""Why a document is void: its data changed, what it says was taken back, the permit or token was
revoked, used or has expired. Codes, so that each reader is told in his language."""

MONEY_KINDS: Final = frozenset({"tax_notice", "receipt"})
"""What cashiers see of everybody's."""
