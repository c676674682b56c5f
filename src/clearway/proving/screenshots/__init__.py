"""Pictures of the main pages for the documentation."""
