"""The calendar's pages: the year for everybody, its changes for administrators."""
