"""The gate: its screen, tokens, bookings, interchange receipts, and what is to be explained."""
