"""A Django app for the Viewflow flow: Viewflow wants one."""
