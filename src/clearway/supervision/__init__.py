"""What each channel of selection was worth, and what it missed: the ledger of selection."""
