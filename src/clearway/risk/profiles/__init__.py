"""Risk profiles as a craft: written, tried on history, approved by a second person, retired."""
