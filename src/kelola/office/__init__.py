"""Offices (satuan kerja), people, posts and sign-in."""
