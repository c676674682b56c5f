"""Rules that need the record: what was lodged before, who may act, what was reported. CLW43nn.

Whoever holds the record (the intake line, the services of this room) tests them and tells them
with ``told``; numbers, severities, pointers and legal bases stand here, their words in five
languages in ``kernel/texts/records.*.toml``. ``declarations.refusals`` holds those rules that
need nothing but the declaration: what is not built is refused by its name.
"""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from clearway.kernel.decisions import Finding, Severity
from clearway.kernel.pointers import pointer
from clearway.kernel.validation.case import shown


class RecordRule(msgspec.Struct, frozen=True):
    """One rule: its public number never changes its meaning.

    ``field`` is a name of ``kernel.pointers.POINTERS``; ``parameters`` are those of its texts.
    """

    code: str
    name: str
    severity: Severity
    field: str
    legal_basis: str
    parameters: tuple[str, ...] = ()


_ERROR, _DOUBT, _NOTE = Severity.ERROR, Severity.DOUBT, Severity.NOTE
_RKC = "RKC General Annex"

LRN_USED = "CLW4301"
LODGED_ALREADY = "CLW4302"
NO_MANDATE = "CLW4303"
DECLARANT_UNKNOWN = "CLW4304"
DECLARANT_INACTIVE = "CLW4305"
NOT_THE_DECLARANT = "CLW4306"
NO_AUTHORISATION = "CLW4307"
NO_SIMPLIFIED = "CLW4308"
SIMPLIFIED_UNKNOWN = "CLW4309"
SUPPLEMENTED_ALREADY = "CLW4310"
STOCK_SHORT = "CLW4311"
NOT_REPORTED = "CLW4312"
IDENTITY_CHANGED = "CLW4313"
FUNCTION_ELSEWHERE = "CLW4314"
MRN_GIVEN = "CLW4315"
LRN_MISSING = "CLW4316"
HAS_HOUSES = "CLW4317"
DRAWING_OVER = "CLW4318"
WRITTEN_OFF = "CLW4319"
TRANSIT = "CLW4321"
SPECIAL_TERRITORIES = "CLW4322"
INWARD_PROCESSING = "CLW4323"
TEMPORARY_ADMISSION = "CLW4324"
WAREHOUSING = "CLW4325"
PROCEDURE_UNBUILT = "CLW4326"
IN_RECORDS = "CLW4327"
KIND_UNKNOWN = "CLW4328"
DIRECTION_UNBUILT = "CLW4329"
QUOTA_SHORT = "CLW4330"
QUOTA_UNIT = "CLW4331"

_LIST = (
    RecordRule(LRN_USED, "reference used before", _ERROR, "lrn", f"{_RKC} 3.11; WCO D026",
               ("reference",)),
    RecordRule(LODGED_ALREADY, "consignment lodged already", _ERROR, "lrn", f"{_RKC} 3.11",
               ("mrn",)),
    RecordRule(NO_MANDATE, "no mandate", _ERROR, "declarant.id", f"{_RKC} 8.1 to 8.6",
               ("declarant", "principal")),
    RecordRule(DECLARANT_UNKNOWN, "declarant unknown", _ERROR, "declarant.id",
               f"{_RKC} 3.6 to 3.8; WCO R123", ("declarant",)),
    RecordRule(DECLARANT_INACTIVE, "declarant not active", _ERROR, "declarant.id",
               f"{_RKC} 3.6 to 3.8; WCO R123", ("declarant",)),
    RecordRule(NOT_THE_DECLARANT, "lodged by another", _ERROR, "declarant.id",
               f"{_RKC} 3.6 to 3.8, 8.1", ("declarant",)),
    RecordRule(NO_AUTHORISATION, "no authorisation for simplified declarations", _ERROR,
               "additional_type", f"{_RKC} 3.32; WCO 17C", ("kinds",)),
    RecordRule(NO_SIMPLIFIED, "supplementary to nothing", _ERROR, "previous_documents",
               f"{_RKC} 3.14; WCO D018"),
    RecordRule(SIMPLIFIED_UNKNOWN, "simplified declaration not found", _ERROR,
               "previous_documents.reference", f"{_RKC} 3.14; WCO D018", ("mrn",)),
    RecordRule(SUPPLEMENTED_ALREADY, "supplemented already", _ERROR,
               "previous_documents.reference", f"{_RKC} 3.14; WCO D018", ("mrn",)),
    RecordRule(STOCK_SHORT, "stock of the transport document too small", _ERROR,
               "previous_documents.reference", f"{_RKC} 3.16; WCO 99A",
               ("document", "balance", "declared")),
    RecordRule(NOT_REPORTED, "transport document not reported yet", _NOTE,
               "previous_documents.reference", f"{_RKC} 3.25; WCO 99A", ("document",)),
    RecordRule(HAS_HOUSES, "master with house documents", _ERROR,
               "previous_documents.reference", f"{_RKC} 3.16; WCO 99A", ("document",)),
    RecordRule(DRAWING_OVER, "transport document closed", _ERROR,
               "previous_documents.reference", f"{_RKC} 3.16; WCO 99A", ("document",)),
    RecordRule(WRITTEN_OFF, "transport document written off", _ERROR,
               "previous_documents.reference", f"{_RKC} 3.16; WCO 99A", ("document",)),
    RecordRule(IDENTITY_CHANGED, "amendment changes what cannot be amended", _ERROR, "lrn",
               f"{_RKC} 3.27; WCO 06A", ("before", "now")),
    RecordRule(FUNCTION_ELSEWHERE, "message function of another act", _ERROR, "function_code",
               "UN/EDIFACT 1225; WCO 017", ("code",)),
    RecordRule(MRN_GIVEN, "number given by the declarant", Severity.WARNING, "id", "WCO D014",
               ("mrn",)),
    RecordRule(LRN_MISSING, "no local reference number", _ERROR, "lrn", "WCO D026"),
    RecordRule(TRANSIT, "transit not built", _ERROR, "type_code", "RKC Specific Annex E",
               ("code",)),
    RecordRule(SPECIAL_TERRITORIES, "special fiscal territories not built", _ERROR, "type_code",
               "pack, list declaration_type", ("code",)),
    RecordRule(INWARD_PROCESSING, "inward processing not built", _ERROR, "items.procedure",
               "RKC Specific Annex F1", ("procedure",)),
    RecordRule(TEMPORARY_ADMISSION, "temporary admission not built", _ERROR, "items.procedure",
               "RKC Specific Annex G", ("procedure",)),
    RecordRule(WAREHOUSING, "warehouses and free zones not built", _ERROR, "items.procedure",
               "RKC Specific Annex D", ("procedure",)),
    RecordRule(PROCEDURE_UNBUILT, "procedure not built", _ERROR, "items.procedure",
               "pack, list procedure", ("procedure",)),
    RecordRule(IN_RECORDS, "entry in the declarant's records not built", _ERROR,
               "additional_type", f"{_RKC} 3.32", ("code",)),
    RecordRule(KIND_UNKNOWN, "kind of declaration unknown", _ERROR, "additional_type",
               "WCO D013", ("code",)),
    RecordRule(DIRECTION_UNBUILT, "neither import nor export", _ERROR, "type_code", "WCO D013",
               ("code",)),
    RecordRule(QUOTA_SHORT, "tariff quota too small", Severity.WARNING, "items.quota_order",
               "pack, list quota_order; GATT XIII; WCO 401",
               ("order", "balance", "declared", "unit")),
    RecordRule(QUOTA_UNIT, "quantity not in the quota's unit", Severity.WARNING, "items.quantity",
               "pack, list quota_order; WCO 401", ("order", "unit")),
)  # fmt: skip
RULES: Mapping[str, RecordRule] = {rule.code: rule for rule in _LIST}
"""Every rule by its public number."""


def told(
    code: str, /, *, field: str = "", i: int = 0, n: int = 0, severity: Severity | None = None,
    **parameters: str,
) -> Finding:  # fmt: skip
    """Return the finding of a rule.

    Args:
        code: the rule's public number.
        field: the datum, where it is another than the rule's own.
        i: position of the goods item.
        n: position in the field's list; 1 where the field is a list and none is given.
        severity: another than the rule's, e.g. a doubt of what turned out too late to refuse.
        parameters: what fills the texts, as declared; made safe to show here.

    Raises:
        KeyError: there is no such rule or field.
    """
    rule = RULES[code]
    filled = tuple((name, shown(parameters.get(name, ""))) for name in rule.parameters)
    where = pointer(field or rule.field, i, n or 1)
    return Finding(code, severity or rule.severity, where, i, filled)
