"""The model's part in selection: a budget for each office, points for each item, all of it kept."""
