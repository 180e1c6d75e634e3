"""Pure decisions of the notices."""
