"""Every change of state of the notices."""
