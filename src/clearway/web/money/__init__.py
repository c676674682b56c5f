"""Pages of what is owed and paid: the cashier's desk, and a trader's notices and guarantees."""
