"""Pages of intelligence: watchlists, names, matches, targeting cases, the register, links."""
