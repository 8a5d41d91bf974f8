"""`python -m recordings finish --config F --ledger L`: a meeting's video written, or written anew.

A child of the main process (`recordings/process/__init__.py`), and a command that may be given by hand at any time.
"""

import argparse
import logging
from typing import Final

from recordings.config import Config
from recordings.finish.finishing import Finishing, NotEnded, NothingRecorded, alone
from recordings.finish.say import Say
from recordings.layout import Layout

log = logging.getLogger(__name__)
NOTHING: Final = 1
CANNOT: Final = 69


def run(config: Config, given: argparse.Namespace) -> int:
    """The exit code: 0, also if room was too low for files, or the meeting's take goes on; 1 nothing was recorded;
    69 the disk does not let us."""
    with Say() as say:
        try:
            with alone(Layout(config.data, config.public), given.ledger) as work:
                finishing = Finishing(config, given.ledger, work, say)
                finishing.make_files(finishing.publish())
        except NotEnded:
            log.info("meeting %s is still being recorded", given.ledger)
        except NothingRecorded:
            log.warning("nothing was recorded of meeting %s", given.ledger)
            return NOTHING
        except OSError as error:
            log.error("the video of %s cannot be written: %s", given.ledger, error)
            return CANNOT
    return 0
