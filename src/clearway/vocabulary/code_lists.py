"""The international code lists, as far as they are facts that every country shares.

Countries and currencies come from pycountry (ISO 3166-1, ISO 4217), the days on which old
currencies ended from Babel; the rest are compact tables of our own: UN Recommendations 19
(modes), 20 (units) and 21 (packages), Incoterms, EDIFACT 1225 and the valuation methods. A
country's pack may narrow or widen any of them; a pack's dated list always has the last word.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import cache
from types import MappingProxyType
from typing import Final

import pycountry
from babel.core import get_global

DEFAULT_EXPONENT: Final = 2

# ISO 4217 column "minor unit" where it is not 2. CLDR's digits follow everyday use and differ.
_WITHOUT_DECIMALS: Final = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF"
_WITH_THREE: Final = "BHD IQD JOD KWD LYD OMR TND"
_EXPONENTS: Final = (
    dict.fromkeys(_WITHOUT_DECIMALS.split(), 0)
    | dict.fromkeys(_WITH_THREE.split(), 3)
    | {"CLF": 4, "UYW": 4}
)


@cache
def country_codes() -> frozenset[str]:
    """Return the ISO 3166-1 alpha-2 codes."""
    return frozenset(country.alpha_2 for country in pycountry.countries)


def country_name(code: str) -> str:
    """Return the English short name of an alpha-2 code, or the code itself where unknown."""
    country = pycountry.countries.get(alpha_2=code)
    return str(getattr(country, "common_name", country.name)) if country else code


@cache
def currency_codes() -> frozenset[str]:
    """Return the ISO 4217 alphabetic codes in use."""
    return frozenset(currency.alpha_3 for currency in pycountry.currencies)


def minor_unit_exponent(currency: str) -> int:
    """Return the number of decimals that a currency has by ISO 4217.

    A code without one of its own, an old or unknown one, is taken to have two.

    >>> minor_unit_exponent("VND"), minor_unit_exponent("EUR"), minor_unit_exponent("KWD")
    (0, 2, 3)
    """
    return _EXPONENTS.get(currency, DEFAULT_EXPONENT)


@cache
def currencies_withdrawn() -> Mapping[str, date]:
    """Return the last day of tender of each currency that ISO 4217 no longer lists."""
    last: dict[str, date] = {}
    for rows in get_global("territory_currencies").values():
        for code, _, end, _ in rows:
            if end is not None and code not in currency_codes():
                last[code] = max(last.get(code, date.min), date(*end))
    return MappingProxyType(last)


TRANSPORT_MODES: Final = MappingProxyType(
    {
        "0": "not specified",
        "1": "maritime",
        "2": "rail",
        "3": "road",
        "4": "air",
        "5": "mail",
        "6": "multimodal",
        "7": "fixed installation",
        "8": "inland water",
        "9": "not applicable",
    }
)
"""UN Recommendation 19."""

MESSAGE_FUNCTIONS: Final = MappingProxyType(
    {
        "1": "cancellation",
        "2": "addition",
        "3": "deletion",
        "4": "change",
        "5": "replace",
        "6": "confirmation",
        "7": "duplicate",
        "9": "original",
        "13": "request",
        "14": "advance notification",
        "22": "final transmission",
    }
)
"""EDIFACT 1225, the functions that a declaration may have."""

VALUATION_METHODS: Final = MappingProxyType(
    {
        "1": "transaction value (Article 1)",
        "2": "transaction value of identical goods (Article 2)",
        "3": "transaction value of similar goods (Article 3)",
        "4": "deductive value (Article 5), where methods are counted and articles are not",
        "5": "deductive value (Article 5)",
        "6": "computed value (Article 6)",
        "7": "fall-back method (Article 7)",
    }
)
"""The WTO Valuation Agreement's methods by article; packs that count 1 to 6 say so themselves."""

_BOTH: Final = {
    "EXW": "Ex Works",
    "FCA": "Free Carrier",
    "CPT": "Carriage Paid To",
    "CIP": "Carriage and Insurance Paid To",
    "DAP": "Delivered at Place",
    "DDP": "Delivered Duty Paid",
    "FAS": "Free Alongside Ship",
    "FOB": "Free on Board",
    "CFR": "Cost and Freight",
    "CIF": "Cost, Insurance and Freight",
}
INCOTERMS_2020: Final = MappingProxyType(_BOTH | {"DPU": "Delivered at Place Unloaded"})
INCOTERMS_2010: Final = MappingProxyType(_BOTH | {"DAT": "Delivered at Terminal"})
WATERWAY_INCOTERMS: Final = frozenset({"FAS", "FOB", "CFR", "CIF"})
"""Incoterms for sea and inland waterway only, in both editions."""

UNITS: Final = MappingProxyType(
    {
        "KGM": "kilogram",
        "GRM": "gram",
        "MGM": "milligram",
        "TNE": "tonne",
        "DTN": "hundred kilograms",
        "LBR": "pound",
        "ONZ": "ounce",
        "APZ": "troy ounce",
        "CTM": "metric carat",
        "LTR": "litre",
        "MLT": "millilitre",
        "CLT": "centilitre",
        "HLT": "hectolitre",
        "MTQ": "cubic metre",
        "DMQ": "cubic decimetre",
        "CMQ": "cubic centimetre",
        "GLL": "US gallon",
        "GLI": "imperial gallon",
        "BLL": "barrel",
        "LPA": "litre of pure alcohol",
        "MTR": "metre",
        "CMT": "centimetre",
        "MMT": "millimetre",
        "KMT": "kilometre",
        "FOT": "foot",
        "YRD": "yard",
        "MTK": "square metre",
        "CMK": "square centimetre",
        "FTK": "square foot",
        "YDK": "square yard",
        "H87": "piece",
        "C62": "one",
        "NAR": "number of articles",
        "NPR": "number of pairs",
        "PR": "pair",
        "SET": "set",
        "DZN": "dozen",
        "DPR": "dozen pairs",
        "GRO": "gross",
        "CEN": "hundred",
        "MIL": "thousand",
        "T3": "thousand pieces",
        "KWH": "kilowatt hour",
        "MWH": "megawatt hour",
        "KWT": "kilowatt",
        "TJ": "terajoule",
        "GJ": "gigajoule",
        "BQL": "becquerel",
        "GBQ": "gigabecquerel",
        "4N": "megabecquerel",
        "GFI": "gram of fissile isotope",
        "KNI": "kilogram of nitrogen",
        "KPO": "kilogram of potassium oxide",
        "KSH": "kilogram of sodium hydroxide",
        "KSD": "kilogram of substance 90 % dry",
        "KUR": "kilogram of uranium",
        "KPP": "kilogram of phosphorus pentoxide",
        "KMA": "kilogram of methylamine",
        "KHY": "kilogram of hydrogen peroxide",
        "KNS": "kilogram of named substance",
        "CCT": "carrying capacity in tonnes",
        "GT": "gross ton",
        "HEA": "head",
        "NCL": "number of cells",
        "NIU": "number of international units",
        "P1": "per cent",
    }
)
"""UN Recommendation 20: the units that tariffs and permits count in. A pack may add more."""

_PACKAGE_CODES: Final = """
    1A 1B 1D 1F 1G 1W 2C 3A 3H 43 44 4A 4B 4C 4D 4F 4G 4H 5H 5L 5M 6H 6P 7A 7B 8A 8B 8C AA
    AB AC AD AE AF AG AH AI AJ AL AM AP AT AV B4 BA BB BC BD BE BF BG BH BI BJ BK BL BM BN
    BO BP BQ BR BS BT BU BV BW BX BY BZ CA CB CC CD CE CF CG CH CI CJ CK CL CM CN CO CP CQ
    CR CS CT CU CV CW CX CY CZ DA DB DC DG DH DI DJ DK DL DM DN DP DR DS DT DU DV DW DX DY
    EC ED EE EF EG EH EI EN FB FC FD FE FI FL FO FP FR FT FW FX GB GI GL GR GU GY GZ HA HB
    HC HG HN HR IA IB IC ID IE IF IG IH IK IL IN IZ JB JC JG JR JT JY KG KI LE LG LT LU LV
    LZ MA MB MC ME MR MS MT MW MX NA NE NF NG NS NT NU NV O1 O2 O3 O4 O5 O6 O7 O8 O9 OA OB
    OC OD OE OF OG OH OI OJ OK OL OM ON OP OQ OR OS OT OU OV OW OX OY OZ P1 P2 P3 P4 PA PB
    PC PD PE PF PG PH PI PJ PK PL PN PO PP PR PT PU PV PX PY PZ QA QB QC QD QF QG QH QJ QK
    QL QM QN QP QQ QR QS RD RG RJ RK RL RO RT RZ SA SB SC SD SE SH SI SK SL SM SO SP SS ST
    SU SV SW SY SZ T1 TB TC TD TE TG TI TK TL TN TO TR TS TT TU TV TW TY TZ UC UN VA VG VI
    VK VL VN VO VP VQ VR VS VY WA WB WC WD WF WG WH WJ WK WL WM WN WP WQ WR WS WT WU WV WW
    WX WY WZ XA XB XC XD XF XG XH XJ XK YA YB YC YD YF YG YH YJ YK YL YM YN YP YQ YR YS YT
    YV YW YX YY YZ ZA ZB ZC ZD ZF ZG ZH ZJ ZK ZL ZM ZN ZP ZQ ZR ZS ZT ZU ZV ZW ZX ZY ZZ
"""
PACKAGE_TYPES: Final = frozenset(_PACKAGE_CODES.split())
"""UN Recommendation 21: the alphabetic and alphanumeric codes of packages in use."""

BULK_PACKAGES: Final = frozenset({"VQ", "VG", "VL", "VY", "VR", "VO", "VS"})
"""Goods in bulk: gas, liquid, solid; they have no number of packages to count."""

UNPACKED: Final = frozenset({"NE", "NF", "NG"})
"""Unpacked or unpackaged goods: the number is that of the pieces."""
