"""What a low-value regime leaves of the ordinary charges."""

from __future__ import annotations

from fractions import Fraction

import msgspec


class Relief(msgspec.Struct, frozen=True):
    """Factors on what is payable: duties and remedies, then excise and VAT.

    What is left of a duty enters the bases of later taxes; what is left of a tax does not
    lower another tax's base (the China form charges 70 % of VAT on the full consumption tax).
    """

    duty: Fraction = Fraction(1)
    tax: Fraction = Fraction(1)

    def factor(self, family: str) -> Fraction | None:
        """Return the factor of a tax family, None where nothing is relieved."""
        if family in ("duty", "remedy"):
            return None if self.duty == 1 else self.duty
        if family in ("excise", "vat"):
            return None if self.tax == 1 else self.tax
        return None


NO_RELIEF = Relief()
