"""Commands that show a whole box at work and print what they saw: minutes, figures, checks. No part of `make test`."""
