"""The commands of the appliance: `python -m appliance COMMAND`.

    serve            the appliance itself: door, ledger, screens
    panels           the process that owns buttons and lights
    papers           the process that prepares papers: page pictures and text
    portal           the process that writes the public site
    carry            the process that keeps a copy of the public site elsewhere (rclone)
    web-server       the web server's configuration for the public site (nginx)
    demo             a sample council on this machine (absent from a real installation)
    create-account   the first clerk, or any account
    begin-epoch      go on with another box's ledger, from a copy of it (`nghi-truong take-over` gives it)
    verify-ledger    is every entry the one that was written?
    migrate          bring the databases to this program's form, or to an older one
    idle             may the appliance be stopped? (no sitting, no vote is open)
    ca               the hall's own certificate authority, on the technician's computer
    join             the pages by which tablets join the hall: help, and a sheet to print
    dossier          the dossier that proposes security level 2, filled with this product's facts
    incidents        the playbook for incidents, to print for the hall
    config           the effective configuration
    openapi          what the wire is, for programs

`--version` tells which release this is.

Exit codes: 0 done; 1 the ledger is bad, or the answer is no; 2 wrong use; 69 the machine cannot; 78 wrong
configuration. `panels` has some of its own.
"""

import argparse
import json
import logging
import sys
from collections.abc import Callable, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from msgspec.structs import replace

from appliance.adapters.notify import Notify
from appliance.adapters.release import own_version
from appliance.administration import (
    CANNOT,
    begin_epoch,
    create_account,
    idle,
    migrate,
    security_paper,
    verify_ledger,
)
from appliance.config import Config, ConfigError, as_toml, load
from appliance.core.refusals import Fault
from appliance.joining import arguments

WRONG_CONFIG: Final = 78
log = logging.getLogger("appliance")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; the result is the exit code."""
    given = _parser().parse_args(arguments)
    try:
        config = load(given.config, **_changes(given))
        level = config.log_level
        logging.basicConfig(level=level, stream=sys.stderr, format="%(levelname)s %(name)s: %(message)s")
        logging.getLogger("alembic").setLevel(logging.WARNING)
        run: Callable[[argparse.Namespace, Config], int] = given.run
        return run(given, config)
    except ConfigError as error:
        print(f"configuration: {error}", file=sys.stderr)
        return WRONG_CONFIG
    except Fault as fault:
        print(f"cannot: {fault.detail or fault.code}", file=sys.stderr)
        return CANNOT


def serve(given: argparse.Namespace, config: Config) -> int:
    """The appliance itself, until it is told to stop."""
    from appliance import bootstrap

    appliance = bootstrap.fit(config)
    appliance.run(lambda: _ready(appliance.server.port, config), Notify.from_environment())
    return 0


def _ready(port: int, config: Config) -> None:
    print(f"ready on http://{config.host}:{port}/", flush=True)


def panels(given: argparse.Namespace, config: Config) -> int:
    """The process that owns buttons and lights."""
    from appliance.panels.main import run

    return run(config, Notify.from_environment().alive)


def papers(given: argparse.Namespace, config: Config) -> int:
    """The process that prepares papers."""
    from appliance.papers.main import run

    ready = lambda: print(f"papers: {config.papers_folder}", flush=True)  # noqa: E731
    return run(config.papers_folder, ready, Notify.from_environment().alive, eager=config.papers_eager)


def portal(given: argparse.Namespace, config: Config) -> int:
    """The process that writes the public site."""
    from appliance import bootstrap
    from appliance.portal.main import run

    ready = lambda: print(f"public site: {config.public}", flush=True)  # noqa: E731
    return run(bootstrap.fit_portal(config), ready, Notify.from_environment().alive)


def carry(given: argparse.Namespace, config: Config) -> int:
    """The process that keeps a copy of the public site elsewhere."""
    from appliance.portal.carrier import Carrying, run

    if not config.carry_to:
        raise ConfigError("carry_to: it does not say where the copy is kept")
    carrying = Carrying(config.public, config.carry_to, config.data, config.carry_config, config.carry_limit)
    return run(carrying, Notify.from_environment().alive)


def web_server(given: argparse.Namespace, config: Config) -> int:
    """The web server's configuration."""
    from appliance.portal.web_server import configuration, prepare, server_of

    server = server_of(config, given.prefix)
    if given.write:
        prepare(server)
    else:
        print(configuration(server), end="")
    return 0


def show_config(given: argparse.Namespace, config: Config) -> int:
    """The effective configuration."""
    print(as_toml(config), end="")
    return 0


def openapi(given: argparse.Namespace, config: Config) -> int:
    """The description of the wire."""
    from appliance.server.openapi import description

    print(json.dumps(description(), ensure_ascii=False, indent=2, sort_keys=True))
    return 0


def demo(given: argparse.Namespace, config: Config) -> int:
    """A sample council on this machine."""
    from appliance.demo import run

    if given.serve:
        from appliance import bootstrap

        return run.serve(config, bootstrap.fit)
    if given.portal:
        return portal(given, replace(config, demo=True))
    if given.boxes:
        return run.boxes(config)
    return run.supervise(config, keep=given.keep, data=given.data, video=not given.no_video, bus=given.bus)


def ca(given: argparse.Namespace, config: Config) -> int:
    """The hall's own certificate authority."""
    from appliance.joining.authority import run

    return run(given)


def join(given: argparse.Namespace, config: Config) -> int:
    """The pages by which tablets join the hall."""
    from appliance.joining.commands import run

    return run(given, config.words)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m appliance", description="Nghị Trường, the voting appliance")
    parser.add_argument("--version", action="version", version=f"nghi-truong {own_version()}")
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument("--config", type=Path, help="the TOML file; without it the defaults")
    common.add_argument("--data", type=Path, help="the data folder")
    common.add_argument("--host", help="where to listen")
    common.add_argument("--port", type=int, help="where to listen; 0: any free port")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    def add(name: str, run: Callable[..., int], text: str) -> argparse.ArgumentParser:
        command = commands.add_parser(name, help=text, parents=[common])
        command.set_defaults(run=run)
        return command

    _processes(add)
    _at_the_box(add)
    _for_the_office(add)
    return parser


Add = Callable[[str, Callable[..., int], str], argparse.ArgumentParser]
"""A command: its name, what runs it, what it is for."""


def _processes(add: Add) -> None:
    """What systemd starts, and the demo."""
    add("serve", serve, "the appliance itself")
    add("panels", panels, "the process that owns buttons and lights")
    add("papers", papers, "the process that prepares papers: page pictures and text")
    add("portal", portal, "the process that writes the public site")
    add("carry", carry, "the process that keeps a copy of the public site elsewhere (rclone)")
    web = add("web-server", web_server, "the web server's configuration for the public site (nginx)")
    web.add_argument("--prefix", type=Path, default=Path("/run/nghi-truong-web"), help="nginx's own folder")
    web.add_argument("--write", action="store_true", help="write it there, as nginx.conf, instead of printing it")
    if find_spec("appliance.demo") is not None:
        sample = add("demo", demo, "a sample council on this machine")
        sample.add_argument("--keep", action="store_true", help="go on with the data of the last time")
        sample.add_argument("--no-video", action="store_true", help="without a camera: nothing is recorded")
        sample.add_argument("--bus", action="store_true", help="the last seats' panels are on a simulated bus")
        for own in ("--boxes", "--serve", "--portal"):
            sample.add_argument(own, action="store_true", help=argparse.SUPPRESS)


def _at_the_box(add: Add) -> None:
    """What a person, or `nghi-truong`, gives at the box."""
    account = add("create-account", create_account, "make an account; the password is read from standard input")
    account.add_argument("account", help="the login")
    account.add_argument("--role", required=True, choices=["chair", "clerk", "technician", "auditor"])
    account.add_argument("--name", required=True, help="the person's full name")
    account.add_argument("--member", help="the member who this person is, if a delegate")
    epoch = add("begin-epoch", begin_epoch, "go on with another box's ledger; a running poll is void")
    epoch.add_argument("--reason", required=True, help="why another box goes on: it stands in the minutes")
    epoch.add_argument("--head-seen", help="the old box's head, 16 hex digits or more: when it fits, a poll stays")
    ledger = add("verify-ledger", verify_ledger, "is every entry the one that was written?")
    ledger.add_argument("file", type=Path, nargs="?", help="the ledger's file; without it the one in the data folder")
    ledger.add_argument("--key", help="the appliance's public key, 64 hex digits")
    ledger.add_argument("--heads", type=Path, help="write what the recorder sealed here: `recordings verify` takes it")
    form = add("migrate", migrate, "bring the databases to this program's form, or to an older one")
    form.add_argument("--to", help="a form: 0003, or registry=0003,ledger=1,papers=1; without it this program's own")
    form.add_argument("--show", action="store_true", help="print the forms of this program and of the files (JSON)")
    add("idle", idle, "may the appliance be stopped? (no sitting, no vote is open)")
    add("config", show_config, "the effective configuration")
    add("openapi", openapi, "what the wire is, for programs")


def _for_the_office(add: Add) -> None:
    """What is made on the technician's computer: the authority, the pages to join by, the security papers."""
    arguments.authority(add("ca", ca, "the hall's own certificate authority, on the technician's computer"))
    arguments.pages(add("join", join, "the pages by which tablets join the hall: help, and a sheet to print"))
    for paper, text in (
        ("dossier", "the dossier that proposes security level 2, filled with this product's facts"),
        ("incidents", "the playbook for incidents, to print for the hall"),
    ):
        command = add(paper, security_paper, text)
        command.set_defaults(paper=paper)
        command.add_argument("--out", type=Path, required=True, help="FILE.docx to edit, or FILE.pdf (LibreOffice)")
        command.add_argument("--council", default="", help="whose paper it is; without it as in the settings")


def _changes(given: argparse.Namespace) -> dict[str, object]:
    return {name: value for name in ("data", "host", "port") if (value := getattr(given, name)) is not None}


if __name__ == "__main__":
    sys.exit(main())
