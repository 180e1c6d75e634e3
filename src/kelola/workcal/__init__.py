"""Working time: pure rules, holidays and effective-dated schedules per office."""
