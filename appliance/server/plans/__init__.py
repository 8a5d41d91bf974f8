"""Meetings in preparation over HTTP: plans, deadlines, the agenda's import and export, printed papers, the calendar."""
