"""Which release this program is."""

import json
import sys
import tomllib
from datetime import UTC, datetime, timedelta
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

_UNKNOWN = "?"
_SLACK = timedelta(days=1)
"""By so much the clock of whoever made a release may have been ahead."""


def own_version(prefix: Path = Path(sys.prefix)) -> str:
    """`0.1.0 (d636501)`: the version and, in an installed release, the commit that it was built from.

    Run from its sources it is `0.1.0+source`. Never raises.
    """
    try:
        number = version("nghi-truong")
    except PackageNotFoundError:
        return _of_a_checkout()
    commit = _commit(prefix)
    return f"{number} ({commit})" if commit else number


def no_earlier_than(prefix: Path = Path(sys.prefix)) -> datetime | None:
    """A time that is past for sure: the day before this release was made. None: it does not say when. Never raises."""
    try:
        return datetime.fromtimestamp(_said(prefix)["made"], UTC) - _SLACK
    except (OSError, KeyError, TypeError, ValueError, OverflowError):
        return None


def _said(prefix: Path) -> Any:
    """A release's `release.json` lies beside its venv."""
    return json.loads((prefix.parent / "release.json").read_text(encoding="utf-8"))


def _commit(prefix: Path) -> str:
    try:
        said = _said(prefix)["commit"]
    except (OSError, KeyError, TypeError, ValueError):
        return ""
    commit, changed, _ = str(said).partition("+")
    return commit[:7] + changed


def _of_a_checkout() -> str:
    try:
        said = tomllib.loads((Path(__file__).resolve().parents[2] / "pyproject.toml").read_text(encoding="utf-8"))
        return f"{said['project']['version']}+source"
    except (OSError, KeyError, ValueError):
        return _UNKNOWN
