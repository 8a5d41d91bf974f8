"""Papers over HTTP: lists, pages, texts, search, comparison, notes, receipts, and the way in for files."""
