"""What help says about each finding in five languages; ``rules.toml`` holds for all of them."""
