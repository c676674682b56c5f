"""What several hands reach for at once: granted is exactly what was there, on both databases."""
