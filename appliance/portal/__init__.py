"""The public site: written as files by a process of its own, served by the web server."""
