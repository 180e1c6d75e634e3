"""What a paper holds, as plain data, and which characters its fonts can show."""
