"""Small published tables of our own making, and the real ones where they are."""

import os
from pathlib import Path

import pytest

UK = """commodity,description,cet_duty_rate,ukgt_duty_rate,change,trade_remedy_applies,\
cet_applies_until_trade_remedy_transition_reviews_concluded,suspension_applies,atq_applies
01012100,Pure-bred horses,0.0%,0.0%,No change,False,False,False,False
02011000,Carcases,12.80% + 176.80 EUR / 100 kg,12.00% + 147.00 GBP/100kg,x,False,False,False,False
72101220,Tinplate,0.0%,2.0%,x,True,False,False,False
73071110,Fittings\u200b of iron,3.7%,2.0%,x,False,True,False,False
7608100011,Tubes for aircraft,0.0%,0.0%,x,False,False,True,False
76081000,Tubes,7.5%,6.0%,x,False,False,False,False
99999999,Oddity,1%,five and a half,x,False,False,False,False
"""

US = """HTS Number,Indent,Description,Unit of Quantity,General Rate of Duty,Special Rate of Duty,\
Column 2 Rate of Duty,Quota Quantity,Additional Duties
0101,0,Live horses:,,,,,,
,1,Horses:,,,,,,
0101.21.00,2,Purebred breeding animals,,Free,,Free,,
0101.21.00.10,3,Males,"[""No.""]",,,,,
0101.21.00.20,3,Females,"[""No.""]",,,,,
0201.10.05,2,Carcasses,"[""kg""]",4.4\u00a2/kg,"Free (A+,AU) 2\u00a2/kg (JP)",13.2\u00a2/kg,,
0406.90.94,2,Cheese,"[""kg""]",$1.509/kg,"Free (BH) See 99.19.04.14 (PA)",33 1/3%,,
9817.22.05,1,Spirits,,,Free (R),,,
9903.01.01,1,Surcharge,,The duty provided in the applicable subheading + 25%,No change,,,
"""

FX_MONTH = (
    "Country/Territories,Currency,Currency Code,Currency Units per \u00a31,Start Date,End Date \n"
    "Eurozone,Euro,EUR,1.15,01/06/2023,30/06/2023\n"
    "USA,Dollar,USD,1.25,01/06/2023,30/06/2023\n"
    'Vietnam,Dong,VND,"29,000.5",01/06/2023,30/06/2023\n'
)
FX_LONG = "EUR,2023-05-01,2023-05-31,1.14\nUSD,2023-04-01,2023-04-30,1.23\n"


def _write(path, text, encoding="utf-8"):
    path.write_text(text, encoding=encoding)
    return path


@pytest.fixture
def uk_table(tmp_path):
    return _write(tmp_path / "uk.csv", UK)


@pytest.fixture
def us_table(tmp_path):
    return _write(tmp_path / "us.csv", US)


@pytest.fixture
def exchange_rates(tmp_path):
    folder = tmp_path / "fx"
    folder.mkdir()
    _write(folder / "monthly-0623.csv", FX_MONTH, "latin-1")
    _write(folder / "monthly-long.csv", FX_LONG, "latin-1")
    return folder


@pytest.fixture
def open_data():
    """Return the folder of open data, or skip the test."""
    folder = Path(os.environ.get("CLEARWAY_OPEN_DATA", "../shared/data"))
    if not (folder / "tariff").is_dir():
        pytest.skip("the open data is not here; set CLEARWAY_OPEN_DATA to its folder")
    return folder
