"""Unguessable things, from the operating system."""

import secrets


class SystemChance:
    """A Chance."""

    def secret(self) -> str:
        """256 bits, in 43 letters that a URL can hold."""
        return secrets.token_urlsafe(32)

    def code(self) -> str:
        """Six digits."""
        return f"{secrets.randbelow(10**6):06}"
