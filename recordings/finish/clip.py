"""`python -m recordings clip --config F --ledger L --item I`: one item, speech or poll as a file of its own."""

import argparse
import logging

from recordings.config import Config
from recordings.finish.finishing import Finishing, NothingRecorded, alone
from recordings.finish.main import CANNOT, NOTHING
from recordings.finish.say import Say
from recordings.layout import Layout

log = logging.getLogger(__name__)


def run(config: Config, given: argparse.Namespace) -> int:
    """The exit code: 0 it is there; 1 there is no picture of it, or no room; 69 the disk does not let us."""
    with Say() as say:
        try:
            with alone(Layout(config.data, config.public), given.ledger) as work:
                finishing = Finishing(config, given.ledger, work, say, asked=(given.item,))
                video = finishing.make_files(finishing.publish())
        except NothingRecorded:
            log.warning("nothing was recorded of meeting %s, or the take has not ended", given.ledger)
            return NOTHING
        except OSError as error:
            log.error("the clip of %s cannot be written: %s", given.item, error)
            return CANNOT
    if any(clip.id == given.item for clip in video.clips):
        return 0
    log.warning("there is no clip of %s", given.item)
    return NOTHING
