"""Background work: declaration, schedule and the supervisor behind ``kelola up``."""
