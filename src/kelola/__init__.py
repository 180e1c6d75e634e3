"""Kelola: an office's IT, run by the office's own procedures."""

__version__ = "0.1.0"
