"""Risk selection held against its peers: on a public set and on borders with hidden truth."""
