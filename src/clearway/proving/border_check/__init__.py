"""The record of a border reckoned up: sums, orphans, lists that reconcile its rooms."""
