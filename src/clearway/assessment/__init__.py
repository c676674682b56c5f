"""What the kernel decided, stored so that it can be proved later. See ``README.md``."""
