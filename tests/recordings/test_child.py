"""Children of the recorder's own processes, as asyncio watches them."""

import asyncio

import pytest

from recordings.adapters.child import kill

TRIES = 60


async def ended_while_it_was_killed() -> int:
    """The exit code of a child that may end by itself just when it is killed."""
    child = await asyncio.create_subprocess_exec("true")
    while child.returncode is None:
        kill(child)
        await asyncio.sleep(0)
    kill(child)
    return child.returncode


def test_a_child_that_ends_while_it_is_killed_keeps_its_exit_code_and_the_log_is_quiet(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async def many() -> set[int]:
        return {await ended_while_it_was_killed() for _ in range(TRIES)}

    assert asyncio.run(many()) <= {0, -9}
    assert "Unknown child process" not in caplog.text
