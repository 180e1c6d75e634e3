"""Append-only, hash-chained entries: what happened, by whom, when."""
