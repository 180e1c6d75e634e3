"""The doors: how connections are received, and what opens the one to the local network."""
