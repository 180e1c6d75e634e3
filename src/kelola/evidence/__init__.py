"""Documents and files by content hash."""
