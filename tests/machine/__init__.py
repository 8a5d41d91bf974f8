"""What takes a whole machine under systemd, or two real releases: minutes each, by `make machine-test`."""
