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


def pages(parser: argparse.ArgumentParser) -> None:
    """Of `join`."""
    parser.add_argument("--folder", type=Path, help="where the help pages go")
    parser.add_argument("--sheet", type=Path, help="where the sheet to print goes (HTML, A4)")
    parser.add_argument("--name", required=True, help="the box's name")
    parser.add_argument("--address", required=True, help="the box's address in the hall")
    parser.add_argument("--council", default="", help="whose box it is")
    parser.add_argument(
        "--ca", type=Path, help="the authority's certificate (PEM); none: tablets trust the box already"
    )
    parser.add_argument("--ssid", default="", help="the hall's Wi-Fi; its passphrase is the first line of the input")
    parser.add_argument("--security", default="wpa2", help="wpa2, wpa2+wpa3 or wpa3")
    parser.add_argument("--public-name", default="", help="the public site's name, where there is a public zone")
