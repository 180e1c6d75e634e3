"""SOPs as data, and their execution: runs of steps with clocks and evidence."""
