"""What goods like these usually cost: the reference that a declared unit price is held against."""
