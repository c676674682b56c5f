"""What Lighthouse says of the main pages."""
