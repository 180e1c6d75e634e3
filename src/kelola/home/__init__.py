"""Meja Kerja: my steps and the clocks running out."""
