"""Gate: tokens, delivery orders, interchange receipts, and what leaves or enters."""
