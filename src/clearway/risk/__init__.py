"""What customs knows of risk: profiles and their life cycle, and what inspections taught."""
