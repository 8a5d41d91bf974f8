"""Nghị Trường: the appliance of a commune People's Council's meeting hall."""
