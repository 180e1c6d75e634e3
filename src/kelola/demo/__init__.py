"""The demo office, made by the real services."""
