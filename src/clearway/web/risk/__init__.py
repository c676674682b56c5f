"""Pages of risk: profiles, their versions, trials and decisions."""
