"""Facts of United Kingdom law that the published tariff table does not hold.

Great Britain charges its own customs duty (A00) and VAT on value and duty together (B00). In
Northern Ireland goods at risk of moving into the Union pay the Union's duty (A50); VAT is
charged on the value as B00 and on the duties as B05, as the public tax notices show.
"""

from __future__ import annotations

import csv
from functools import cache
from importlib import resources
from typing import NamedTuple


class ExciseDuty(NamedTuple):
    """A rate of excise duty in force on some days.

    ``additional_code`` is the national code that declares the goods to be of the kind, X before
    the tax type; empty is what stands where no code of the table is declared. ``commodities``
    are the headings under which such goods are found. Where the law sets a rate that the table
    does not hold, ``rate`` is a text which is no rate: unsupported, and never zero.
    """

    additional_code: str
    name: str
    rate: str
    valid_from: str
    valid_to: str
    commodities: str
    legal_source: str


@cache
def excise_duties() -> tuple[ExciseDuty, ...]:
    """Return the excise duties of ``uk_excise.csv``, by code and day."""
    path = resources.files(__package__) / "uk_excise.csv"
    rows = list(csv.reader(path.read_text(encoding="utf-8").splitlines()))
    return tuple(ExciseDuty(*row) for row in rows[1:])


class Territory(NamedTuple):
    """Whose duty is charged: the column of the table, its currency, taxes, measures, settings.

    ``duty`` and ``remedy`` are tax codes; ``vat`` pairs measure types with VAT tax codes.
    """

    name: str
    title: str
    column: str
    currency: str
    duty: str
    remedy: str
    taxes: tuple[dict[str, object], ...]
    vat: tuple[tuple[str, str], ...]
    settings: dict[str, str]
    basis: str

    @property
    def measure_types(self) -> list[tuple[str, str, str, str]]:
        """The rows of measure_types.csv: code, tax, family, name."""
        types = [(code, self.duty, family, name) for code, family, name in DUTY_TYPES]
        types.append(("552", self.remedy, "remedy", "Definitive anti-dumping duty"))
        types += [(code, tax, "vat", "Value-added tax") for code, tax in self.vat]
        types.append(("306", "EXC", "excise", "Excise duty"))
        return types


DUTY_TYPES = (
    ("103", "duty", "Third-country duty"),
    ("112", "suspension", "Autonomous tariff suspension"),
    ("117", "suspension", "Suspension for goods of certain ships, boats and platforms"),
    ("122", "quota", "Non-preferential tariff quota"),
    ("142", "preference", "Tariff preference"),
    ("143", "quota", "Preferential tariff quota"),
)
EXCISE: dict[str, object] = {
    "code": "EXC",
    "family": "excise",
    "name": "Excise duty",
    "base": ["value"],
}
"""One tax; the tax type on a notice is the national additional code without its X."""
_ORDINARY = {
    "excise_code_prefix": "X",
    "excise_free_codes": "X399 X640",
    "ordinary_procedures": "4000",
    "ordinary_additional_procedures": "000",
}
GREAT_BRITAIN = Territory(
    name="uk",
    title="United Kingdom",
    column="ukgt_duty_rate",
    currency="GBP",
    duty="A00",
    remedy="A30",
    taxes=(
        {"code": "A00", "family": "duty", "name": "Customs duty", "base": ["value"]},
        {"code": "A30", "family": "remedy", "name": "Anti-dumping duty", "base": ["value"]},
        EXCISE,
        {
            "code": "B00",
            "family": "vat",
            "name": "Value-added tax",
            "base": ["value", "@duty", "@remedy", "@excise", "additions"],
        },
    ),
    vat=(("305", "B00"),),
    settings={
        # Goods declared as entering Northern Ireland (NIIMP from abroad, NIDOM from Great
        # Britain) pay the Union's tariff unless they are declared not at risk (NIREM).
        "other_tariff_statements": "NIIMP NIDOM",
        "home_tariff_statements": "NIREM",
        "other_tariff_duties": "A50",
        "other_tariff_vat": "B05",
        **_ORDINARY,
    },
    basis="The Customs Tariff (Establishment) (EU Exit) Regulations 2020",
)
NORTHERN_IRELAND = Territory(
    name="uk-northern-ireland",
    title="Northern Ireland, goods at risk of moving into the Union",
    column="cet_duty_rate",
    currency="EUR",
    duty="A50",
    remedy="A80",
    taxes=(
        {"code": "A50", "family": "duty", "name": "Union customs duty", "base": ["value"]},
        {"code": "A80", "family": "remedy", "name": "Union anti-dumping duty", "base": ["value"]},
        EXCISE,
        {
            "code": "B05",
            "family": "vat",
            "name": "Value-added tax on Union duties",
            "base": ["@duty", "@remedy"],
        },
        {
            "code": "B00",
            "family": "vat",
            "name": "Value-added tax",
            "base": ["value", "@excise", "additions"],
        },
    ),
    vat=(("305", "B00"), ("305-B05", "B05")),
    settings=_ORDINARY,
    basis="Council Regulation (EEC) No 2658/87",
)
TERRITORIES = {"GB": GREAT_BRITAIN, "XI": NORTHERN_IRELAND}

PREFERENCES = (
    ("100", "No preference claimed", "103", "non_preferential", "no"),
    ("110", "Autonomous tariff suspension", "112", "non_preferential", "no"),
    ("115", "Suspension for airworthiness", "117", "non_preferential", "no"),
    ("120", "Non-preferential tariff quota", "122", "non_preferential", "yes"),
    ("300", "Tariff preference", "142", "preferential", "no"),
    ("320", "Preferential tariff quota", "143", "preferential", "yes"),
)
VAT_CODES = (("VATZ", "Zero rate", "0%"), ("VATR", "Reduced rate", "5%"), ("VATE", "Exempt", "0%"))
SUPPLEMENTARY_UNITS = {
    # Combined Nomenclature: the supplementary unit of the headings of chapter 22
    **dict.fromkeys(("2201", "2202", "2203", "2204", "2205", "2206", "2207", "2209"), "LTR"),
    "2208": "LPA",
}
NO_CHARGE_CODES = (("X640", "Electronic device, no excise product"),)
"""National additional codes which say that no excise is due. Those of ``uk_excise.csv`` name an
excise with its rate; all others are left unknown."""
CHARGE_ROLES = {
    # Union Customs Code, Annex B, data element 4/9: additions (A.) and deductions (B.)
    "AB": "addition", "AD": "addition", "AE": "addition", "AF": "addition", "AG": "addition",
    "AH": "addition", "AI": "addition", "AJ": "addition", "AK": "addition", "AL": "addition",
    "AN": "addition", "BA": "deduction", "BB": "deduction", "BC": "deduction", "BD": "deduction",
    "BE": "deduction", "BF": "deduction", "BG": "deduction",
    # national codes
    "AP": "freight", "AQ": "freight", "AV": "tax_addition:B00", "AW": "insurance",
    "BT": "deduction",
}  # fmt: skip
INCOTERMS = {
    **dict.fromkeys(("EXW", "FCA", "FAS", "FOB"), ("no", "no")),
    **dict.fromkeys(("CFR", "CPT"), ("yes", "no")),
    **dict.fromkeys(("CIF", "CIP", "DAP", "DPU", "DAT", "DDP"), ("yes", "yes")),
}
METHODS = {
    # national code: the number of the article of the WTO Valuation Agreement
    "1": "1", "2": "2", "3": "3", "4": "5", "5": "6", "6": "7",
}  # fmt: skip
