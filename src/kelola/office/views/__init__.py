"""Views of people, posts, the office's settings, and of the account that allauth lacks."""
