"""Where pictures and sound come from: one small port, five sources."""
