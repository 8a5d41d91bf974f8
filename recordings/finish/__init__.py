"""After a take: video on demand, files, chapters, posters; what may be deleted."""
