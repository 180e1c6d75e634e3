"""One table of words per office, written by the services in their own transaction."""
