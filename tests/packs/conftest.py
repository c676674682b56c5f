"""A small, sound pack to break in one place at a time."""

import pytest

FILES = {
    "pack.toml": """format = 1

[pack]
name = "small"
title = "Small country"
version = "1"
country = "XS"
time_zone = "UTC"
languages = ["en"]
valid_from = 2026-01-01
valid_to = 2027-01-01

[nomenclature]
base = "none"
digits = 8

[currency]
code = "XSS"
exponent = 2
required = ["USD"]

[[taxes]]
code = "A00"
family = "duty"
name = "Duty"
base = ["value"]

[[taxes]]
code = "B00"
family = "vat"
name = "VAT"
base = ["value", "A00"]

[valuation]
cost_boundary = "CIF"

[valuation.charge_roles]
AK = "freight"

[valuation.incoterms]
FOB = { freight = false, insurance = false }

[valuation.evidence_documents]
1 = ["N380"]

[selection]
random_rate = "2 %"
""",
    "nomenclature.csv": "code,description,unit,valid_from,valid_to\n"
    "85044010,Chargers,NAR,,\n"
    "85044090,Other converters,NAR,,\n"
    "22083000,Whisky,LTR,,\n",
    "areas.csv": "area,name,country,valid_from,valid_to\n2010,Friends,VN,,\n2010,Friends,SG,,\n",
    "measure_types.csv": "code,tax,family,name,residual_code\n"
    "103,A00,duty,Duty,\n142,A00,preference,Preference,\n305,B00,vat,VAT,\n"
    "552,A00,remedy,Dumping,C999\n",
    "measures.csv": "commodity,type,area,additional_code,quota_order,valid_from,valid_to,rate,"
    "legal_basis\n"
    "*,103,,,,,,3.00%,Law 1\n"
    "8504,103,,,,,2026-07-01,5.00%,Law 1\n"
    "2208,103,,,,,,2.00% + 1.00 USD / kg,Law 1\n"
    "8504,142,2010,,,,,Free,Law 2\n"
    "85044090,552,CN,C101,,,,20.00%,Law 3\n"
    "85044090,552,CN,C999,,,,30.00%,Law 3\n"
    "*,305,,,,,,20.00%,Law 4\n",
    "additional_codes.csv": "code,name,valid_from,valid_to\nC101,A firm,,\nC999,All others,,\n",
    "preferences.csv": "code,name,measure_types,proof_documents,by_origin,quota\n"
    "100,None,103,,non_preferential,no\n300,Preference,142,N954,preferential,no\n",
    "quotas.csv": "code,name,amount,unit,areas,legal_basis,valid_from,valid_to\n"
    "091001,Whisky,1000,LTR,1011,Law 5,,\n",
    "exchange_rates.csv": "currency,foreign_units,local_units,valid_from,valid_to,source\n"
    "USD,1,2.5,2026-01-01,2026-07-01,Bank\n"
    "USD,1,2.6,2026-07-01,,Bank\n",
    "offices.csv": "code,name,kind,roles,location,supervised_by,opens,closes\n"
    "XS1,Harbour,port,import,XSHAR,,08:00,17:00\n",
    "agencies.csv": "code,name,subject,contact\nPHI,Plants,Plants,\n",
    "permits.csv": "code,agency,direction,commodities,countries,procedures,documents,exemptions,"
    "valid_from,valid_to,legal_basis,name\n"
    "P1,PHI,IM,2208,,40,N851,,,,Law 6,Certificate\n",
    "code_lists/document.csv": "code,name\nN380,Invoice\nN851,Certificate\nN954,Origin\n",
    "code_lists/procedure.csv": "code,name\n40,Home use\n",
    "code_lists/charge_type.csv": "code,name\nAK,Freight\n",
    "calendar.toml": 'weekdays = [1, 2, 3, 4, 5]\nopens = "08:00"\ncloses = "17:00"\n\n'
    '[[holidays]]\ndate = 2026-05-01\nname = "Labour Day"\n',
    "low_value.toml": '[[regimes]]\ncode = "L1"\nname = "Low"\nconsignment_limit = "150"\n'
    'excluded_commodities = ["2208"]\n',
    "profiles.toml": '[[profiles]]\ncode = "R1"\nname = "Cheap"\n'
    "condition = \"hs LIKE '8504%' AND customs_value < 10\"\n"
    'lane = "yellow"\nweight = 10\nauthor = "ann"\napprover = "bob"\n'
    "valid_from = 2026-01-01\nvalid_to = 2027-01-01\n",
}


class SmallPack:
    """The folder of a small pack, and ways to spoil it."""

    def __init__(self, folder):
        self.folder = folder
        for name, text in FILES.items():
            self.write(name, text)

    def write(self, name, text):
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return self

    def replace(self, name, old, new):
        text = (self.folder / name).read_text(encoding="utf-8")
        assert old in text, (name, old)
        return self.write(name, text.replace(old, new, 1))

    def append(self, name, text):
        return self.write(name, (self.folder / name).read_text(encoding="utf-8") + text)


@pytest.fixture
def small(tmp_path):
    return SmallPack(tmp_path / "small")
