"""One file a technology and port. Nothing in here decides anything."""
