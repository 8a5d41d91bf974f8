"""What the commands of this room take; apart, so that no other command waits for what they import."""

import argparse
from pathlib import Path


def authority(parser: argparse.ArgumentParser) -> None:
    """Of `ca`."""
    parser.add_argument("what", choices=["new", "sign", "show"], help="make an authority, sign a request, show it")
    parser.add_argument("--folder", type=Path, required=True, help="where the authority is kept; never on the box")
    parser.add_argument("--name", default="", help="new: the box's name")
    parser.add_argument("--address", default="", help="new: the box's address in the hall")
    parser.add_argument("--council", default="", help="new: whose box it is")
    parser.add_argument("--request", type=Path, help="sign: the box's request (PEM)")
    parser.add_argument("--out", type=Path, help="sign: where the certificate goes; without it, standard output")
