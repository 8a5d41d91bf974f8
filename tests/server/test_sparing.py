"""One client cannot fill the journal with garbage."""

import logging

import pytest

from appliance.server.sparing import PER_MINUTE, sparing_logger


def test_garbage_is_told_sparingly_and_without_tracebacks(caplog: pytest.LogCaptureFixture) -> None:
    logger = sparing_logger("tests.sparing")
    for _ in range(10 * PER_MINUTE):
        try:
            raise ValueError("garbage")
        except ValueError:
            logger.exception("bad packet")
    told = [record for record in caplog.records if record.name == "tests.sparing"]
    assert len(told) == PER_MINUTE
    assert all(record.exc_info is None for record in told)
    assert "left out" in told[-1].getMessage()


def test_a_bug_keeps_its_traceback(caplog: pytest.LogCaptureFixture) -> None:
    logger: logging.Logger = sparing_logger("tests.sparing.bug")
    try:
        raise KeyError("nothing")
    except KeyError:
        logger.exception("a bug")
    assert caplog.records[-1].exc_info is not None
