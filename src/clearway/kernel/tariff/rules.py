"""The numbered findings of tariff and duties, CLW60nn, in one list."""

from __future__ import annotations

RULES = {
    "CLW6001": "the commodity has no measures on the day",
    "CLW6002": "no measure of a tax is in force on the day",
    "CLW6003": "the claimed preference does not exist",
    "CLW6004": "the claimed preference's proof is not declared",
    "CLW6005": "the claimed preference gives no rate to this origin on the day",
    "CLW6006": "the claimed preference needs a preferential origin",
    "CLW6007": "a measure depends on an additional code that is not declared",
    "CLW6008": "the quantity that a specific rate multiplies is not declared",
    "CLW6009": "the rate is not one that can be computed",
    "CLW6010": "the rate's currency has no rate of exchange on the day",
    "CLW6011": "the amount is too large to be stored",
    "CLW6012": "a quota is claimed without its order number",
    "CLW6013": "the claimed quota does not serve these goods on the day",
    "CLW6014": "no season of the rate covers the day",
}
