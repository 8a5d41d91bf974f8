"""`python -m recordings source`: the camera's process."""

import argparse
import logging

from recordings.camera.opening import open_camera
from recordings.camera.port import UNAVAILABLE, CameraLost
from recordings.config import Config

log = logging.getLogger(__name__)


def run(config: Config, given: argparse.Namespace) -> int:
    """Run the configured source until it ends."""
    del given
    try:
        return open_camera(config).run()
    except CameraLost as lost:
        log.error("%s: %s", config.source, lost)
        return UNAVAILABLE
