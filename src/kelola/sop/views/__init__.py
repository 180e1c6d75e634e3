"""Pages of SOPs, runs and steps: access, form, service, redirect."""
