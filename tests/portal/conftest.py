"""A public site of its own for each test."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.portal.public_site import PublicSite


@pytest.fixture
def site(tmp_path: Path) -> Iterator[PublicSite]:
    found = PublicSite(tmp_path)
    yield found
    found.close()
