"""The door to stored files, and the register of decrees."""
