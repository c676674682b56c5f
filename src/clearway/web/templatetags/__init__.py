"""What templates may use besides Django's own; loaded into every one by the settings."""
