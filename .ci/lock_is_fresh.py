"""Says whether the locks still answer to pyproject.toml, without asking any registry."""

import re
import sys
import tomllib
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parent.parent


def pins(lock: str) -> dict[str, set[str]]:
    """The versions a lock gives to each package; a marker may give one package two."""
    found: dict[str, set[str]] = {}
    for name, version in re.findall(r"^([A-Za-z0-9._-]+)==(\S+)", (ROOT / lock).read_text(), re.MULTILINE):
        found.setdefault(canonicalize_name(name), set()).add(version)
    return found


def unanswered(wanted: list[str], locked: dict[str, set[str]], lock: str) -> list[str]:
    """Requirements that no pin of the lock satisfies."""
    complaints = []
    for requirement in map(Requirement, wanted):
        versions = locked.get(canonicalize_name(requirement.name), set())
        if not versions or not all(requirement.specifier.contains(version) for version in versions):
            complaints.append(f"{lock} does not answer to '{requirement}'")
    return complaints


def main() -> int:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    runtime, dev = pins("requirements.txt"), pins("requirements-dev.txt")
    complaints = [
        *unanswered(project["project"]["dependencies"], runtime, "requirements.txt"),
        *unanswered(project["project"]["dependencies"], dev, "requirements-dev.txt"),
        *unanswered(project["dependency-groups"]["dev"], dev, "requirements-dev.txt"),
    ]
    # What is tested must be what is installed in the hall.
    complaints += [f"{name} differs between the locks" for name in runtime if runtime[name] != dev.get(name)]
    for complaint in complaints:
        print(f"{complaint}: run 'make lock'.", file=sys.stderr)
    return 1 if complaints else 0


if __name__ == "__main__":
    sys.exit(main())
