"""Compares two texts in a process of its own, so that nobody waits for a long comparison but who asked for it.

    python -m appliance.papers.comparing OLD.json NEW.json OLD-SHA256 NEW-SHA256

Writes the comparison as JSON to standard output.
"""

import os
import sys
from pathlib import Path

import msgspec

from appliance.core.paper_compare import compare


def main(old: str, new: str, before: str, after: str) -> None:
    """Read, compare, write."""
    os.nice(10)
    texts = [msgspec.json.decode(Path(path).read_bytes(), type=list[str]) for path in (old, new)]
    sys.stdout.buffer.write(msgspec.json.encode(compare(before, after, texts[0], texts[1])))


if __name__ == "__main__":
    main(*sys.argv[1:5])
