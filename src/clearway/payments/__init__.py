"""Payments: notices, the ledger, accounts, guarantees, the bank's lines and refunds."""
