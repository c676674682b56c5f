"""The pages of help: every finding code, the glossary, first steps."""
