"""Views that no other app can hold: the desk, and pages about apps that know no office."""
