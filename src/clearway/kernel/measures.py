"""The measure table: what a compiled pack hands to the kernel, column by column.

A *measure* is one line of law: this tax, on this commodity, from this area, from this day until
that day, at this rate. A rate is a short list of *components*; ``RateExpression`` is the same
thing as objects, for packs that are read and for lines that are explained. The table's columns
are plain NumPy arrays so that a snapshot memory-maps and a hundred thousand items are priced
in one pass.
"""

from __future__ import annotations

from enum import IntEnum

import msgspec
import numpy as np
from numpy.typing import NDArray


class Kind(IntEnum):
    """What a component multiplies. UNSUPPORTED makes the whole measure unsupported, never zero."""

    FREE = 0
    AD_VALOREM = 1  # rate x taxable amount
    SPECIFIC = 2  # rate in a currency x quantity in a unit
    ENTRY_PRICE = 3  # rate depends on the consignment's entry price against a schedule
    REFERENCE = 4  # the rate stands elsewhere: ``unit`` names the line, note or table it is in
    UNSUPPORTED = 9


class Operation(IntEnum):
    """How a component joins what stands before it, read from left to right."""

    SUM = 0  # add
    MINIMUM = 1  # the result is at least this component (with those summed to it)
    MAXIMUM = 2  # the result is at most this component (with those summed to it)
    DIFFERENCE = 3  # subtract
    SUM_TO_BOUND = 4  # add to the MINIMUM or MAXIMUM opened before, not to the running duty


class Component(msgspec.Struct, frozen=True, gc=False):
    """One part of a rate.

    ``rate`` is scaled by 10^8: a fraction for AD_VALOREM (10 % = 10_000_000), units of
    ``currency`` per ``unit_count`` of ``unit`` for SPECIFIC. ``unit_count`` is scaled by 10^6
    (``/ 100 kg`` = 100_000_000). ``unit`` is the pack's unit code, e.g. ``KGM``, ``HLT``,
    ``ASV.HLT`` (per cent by volume per hectolitre), ``KGM.lactic`` for a qualified one.
    ``season_from`` and ``season_to`` are month * 100 + day, both inclusive, 0 = all year; a
    season may run over the new year. Components of one season form that season's expression.
    """

    kind: Kind
    rate: int = 0
    operation: Operation = Operation.SUM
    currency: str = ""
    unit: str = ""
    unit_count: int = 1_000_000
    season_from: int = 0
    season_to: int = 0


class RateExpression(msgspec.Struct, frozen=True):
    """A rate as the law writes it, and its components in order. ``text`` is never empty.

    ``reason`` says why a rate is not understood; empty for one that is.
    """

    text: str
    components: tuple[Component, ...]
    reason: str = ""

    @property
    def understood(self) -> bool:
        """Whether every component has a structure, references to another line included."""
        return bool(self.components) and all(
            component.kind is not Kind.UNSUPPORTED for component in self.components
        )

    @property
    def supported(self) -> bool:
        """Whether an amount can be computed from this expression alone.

        A reference is understood but not supported: until the line it names is known, the
        measure is *unsupported*, never zero.
        """
        return self.understood and all(
            component.kind is not Kind.REFERENCE for component in self.components
        )


class MeasureTable(msgspec.Struct, frozen=True, eq=False):
    """All measures of a snapshot, sorted by (commodity, type, area, valid_from).

    Codes are indices into the vocabularies below. ``first_of_commodity`` has one entry more
    than there are commodities: the rows of commodity ``c`` are
    ``first_of_commodity[c]:first_of_commodity[c + 1]``. Measures written on a heading are
    already spread over the declarable lines below it.

    Columns (shape ``(rows,)``): ``commodity`` int32, ``measure_type`` int16, ``area`` int16
    (0 = all origins), ``additional_code`` int32 (0 = none), ``quota_order`` int32 (0 = none),
    ``valid_from`` and ``valid_to`` int32 days since 1970-01-01 (from inclusive, to exclusive,
    2**31 - 1 = open), ``rate`` int32 into ``rates_first`` …, ``legal_basis`` int32.

    Rates (each distinct expression once): the components of rate ``r`` are rows
    ``rate_first[r]:rate_first[r + 1]`` of the ``component_*`` columns.
    """

    commodity: NDArray[np.int32]
    measure_type: NDArray[np.int16]
    area: NDArray[np.int16]
    additional_code: NDArray[np.int32]
    quota_order: NDArray[np.int32]
    valid_from: NDArray[np.int32]
    valid_to: NDArray[np.int32]
    rate: NDArray[np.int32]
    legal_basis: NDArray[np.int32]
    first_of_commodity: NDArray[np.int32]
    rate_first: NDArray[np.int32]
    component_kind: NDArray[np.int8]
    component_operation: NDArray[np.int8]
    component_rate: NDArray[np.int64]
    component_currency: NDArray[np.int16]
    component_unit: NDArray[np.int16]
    component_unit_count: NDArray[np.int64]
    component_season_from: NDArray[np.int16]
    component_season_to: NDArray[np.int16]
    commodities: tuple[str, ...]
    measure_types: tuple[str, ...]
    areas: tuple[str, ...]
    additional_codes: tuple[str, ...]
    quota_orders: tuple[str, ...]
    currencies: tuple[str, ...]
    units: tuple[str, ...]
    rate_texts: tuple[str, ...]
    legal_bases: tuple[str, ...]


OPEN_END = 2**31 - 1
