"""The whole life of declarations by a machine, held to a naive model, alike on both databases."""
