"""The memory of evidence: what inspections showed, by goods and by party, with back-off."""
