"""The trader's glossary in five languages: topics in their order, and the terms of each."""
