"""How long the pages take with a million declarations behind them."""
