"""Measurements. Each prints a table; none of them is a test."""
