"""Paper: Typst templates, fonts and the registry of what can be printed."""
