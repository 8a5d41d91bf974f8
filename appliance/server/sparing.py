"""A journal that one client cannot flood: what a library says about garbage on the wire is told sparingly."""

import logging
import time
from typing import Final

PER_MINUTE: Final = 20
_MINUTE: Final = 60.0


class Sparing(logging.Filter):
    """Lets so many records a minute through, without tracebacks of mere bad input; the last one says that
    more were left out."""

    def __init__(self) -> None:
        super().__init__()
        self._since = 0.0
        self._told = 0

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether this record is written."""
        now = time.monotonic()
        if now - self._since > _MINUTE:
            self._since, self._told = now, 0
        self._told += 1
        if record.exc_info and isinstance(record.exc_info[1], ValueError):
            record.exc_info = None
        if self._told == PER_MINUTE:
            record.msg, record.args = f"{record.getMessage()} (more like this in the next minute: left out)", ()
        return self._told <= PER_MINUTE


def sparing_logger(name: str) -> logging.Logger:
    """A logger for a library that speaks about what clients send."""
    logger = logging.getLogger(name)
    if not any(isinstance(f, Sparing) for f in logger.filters):
        logger.addFilter(Sparing())
        logger.setLevel(logging.WARNING)
    return logger
