"""Pages of permits: what is needed, applications and permits, the queue of an agency."""
