"""Rates of duty as tariffs print them, read into structured components.

``parse_rate`` reads one expression (``10.00% + 77.00 GBP/100kg``, ``6.4¢/kg + 3%``,
``9.60% MIN 1.1 €/100 kg/net (01 JAN-14 APR)``), ``parse_program_rates`` a cell with several
groups and the programmes that may claim them (``Free (A,AU) 3.2% (JP)``), and ``render_rate``
writes an expression in one canonical form that reads back to the same components.

Three promises hold for every text whatever:

* nothing raises: a text that is not understood becomes an UNSUPPORTED component with a reason;
* nothing is guessed and nothing is zero by default;
* nothing is rounded: a rate with more than eight decimals (33 1/3 %) is not understood.
"""

from clearway.packs.rates.grammar import parse_rate
from clearway.packs.rates.programs import ProgramRate, parse_program_rates
from clearway.packs.rates.render import render_rate

__all__ = ["ProgramRate", "parse_program_rates", "parse_rate", "render_rate"]
