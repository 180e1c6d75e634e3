"""The interface for programs: assembles every app's router into one NinjaAPI."""
