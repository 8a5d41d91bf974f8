"""Clocks, files, children, keys, systemd: one file a technology."""
