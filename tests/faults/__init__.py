"""Faults: the real server as its own process, real files, real clients, and what a bad day does to them."""
