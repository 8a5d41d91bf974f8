"""placeholder"""

from pathlib import Path


def profile(folder: Path) -> str:
    """Not yet."""
    return ""
