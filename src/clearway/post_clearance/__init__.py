"""After release: corrections, audits, decisions, interest and appeals."""
