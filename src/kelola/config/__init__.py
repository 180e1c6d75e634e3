"""The composition root: settings, addresses and the commands that need everything."""
