"""An SOP as data: its shape, its published schema and the loader that reads a file."""
