"""Pages of inspections: the inspector's list, one look at goods, doubts about values, interests."""
