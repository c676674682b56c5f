"""Trading partners and how much of the trade each has, relative to the others; made up."""

TRADE = {
    "CN": 24, "DE": 9, "US": 9, "JP": 7, "KR": 7, "VN": 6, "IN": 5, "IT": 5, "FR": 4, "NL": 3,
    "GB": 3, "TH": 3, "MY": 3, "TR": 3, "ES": 2, "MX": 2, "BR": 2, "ID": 2, "PL": 2, "CH": 2,
    "ZA": 1, "MA": 1, "EG": 1, "AE": 1, "AU": 1, "CL": 1, "PE": 1, "KE": 1, "BD": 2, "PK": 1,
}  # fmt: skip
