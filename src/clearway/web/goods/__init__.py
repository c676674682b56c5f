"""Pages about goods: holds, the port at a glance, movements under control."""
