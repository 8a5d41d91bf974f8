"""One running server for the tests of a module that change nothing another test relies on."""

from collections.abc import Iterator

import pytest

from tests.server.running import Running


@pytest.fixture
def server() -> Iterator[Running]:
    """Five members, a clerk, a chair, a technician, an auditor; no meeting yet."""
    with Running() as running:
        yield running
