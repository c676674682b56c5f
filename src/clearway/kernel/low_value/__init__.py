"""Low-value regimes: when the simple treatment applies, what it costs, and what stands against."""

from clearway.kernel.low_value.regime import FEATURES, apply

__all__ = ["FEATURES", "apply"]
