"""Pages of what comes after release: audits, corrections by customs, claims, appeals."""
