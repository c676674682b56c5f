"""The pages of the platform: shared layout and the status page. See ``README.md``."""
