"""Commands of `python -m appliance` that are given at the box itself, by a person or by `nghi-truong`, and end.

They open what they need and nothing else, and import it only then: some run beside the server, some only without it.
"""

import argparse
import sys
from getpass import getpass
from pathlib import Path
from typing import Final

import msgspec

from appliance.config import Config

WRONG_USE: Final = 2
CANNOT: Final = 69


def verify_ledger(given: argparse.Namespace, config: Config) -> int:
    """Walk the whole ledger file; the first bad entry is named."""
    from appliance.adapters.keys import own_key
    from appliance.adapters.sql.verify import recorded_heads
    from appliance.adapters.sql.verify import verify_ledger as verify

    path = given.file or config.data / "ledger.db"
    try:
        report = verify(path, given.key or own_key(config.data / "appliance.key"))
    except FileNotFoundError:
        print(f"no ledger at {path}", file=sys.stderr)
        return CANNOT
    print("\n".join(report.lines()))
    if report.ok and given.heads is not None:
        given.heads.write_bytes(b"".join(msgspec.json.encode(head) + b"\n" for head in recorded_heads(path)))
    return 0 if report.ok else 1


def migrate(given: argparse.Namespace, config: Config) -> int:
    """Bring the databases to a form, or show which they have. Nothing else may be running in the data folder."""
    from appliance import bootstrap
    from appliance.adapters.folder_lock import FolderLock
    from appliance.adapters.sql import schema

    if given.show:
        shown = {"program": schema.OWN, "files": schema.found(config.data)}
        print(msgspec.json.encode(shown).decode())
        return 0
    try:
        to = schema.wanted(given.to) if given.to else schema.OWN
    except ValueError as why:
        print(f"--to: {why}", file=sys.stderr)
        return WRONG_USE
    bootstrap.make_data_folder(config)
    alone = FolderLock(config.data)
    try:
        print(msgspec.json.encode(schema.bring(config.data, to)).decode())
    finally:
        alone.release()
    return 0


def idle(given: argparse.Namespace, config: Config) -> int:
    """May the appliance be stopped? The ledger tells, so it need not be running. A rehearsal is no reason against."""
    from appliance.adapters.sql.reader import LedgerReader
    from appliance.core.meeting import replay
    from appliance.core.state import Meeting
    from appliance.services.activity import activity_of

    reader = LedgerReader(config.data / "ledger.db")
    entries = reader.new()
    reader.close()
    newest = [entry for entry in entries if entry.ledger == entries[-1].ledger]
    meeting = replay(Meeting(), ((event, entry.time) for entry in newest for event in entry.events))
    print(msgspec.json.encode(activity := activity_of(meeting)).decode())
    return 1 if activity.sitting or activity.poll or activity.secret else 0


def create_account(given: argparse.Namespace, config: Config) -> int:
    """Make an account; the password comes from standard input."""
    from appliance import bootstrap
    from appliance.core.people import Role
    from appliance.services.enrolment import Unfit

    on_file = bootstrap.fit_registry(config)
    try:
        password = _password()
        on_file.enrolment.create_account(given.account, given.name, Role(given.role), password, given.member)
    except Unfit as why:
        print(f"not made: {why}", file=sys.stderr)
        return 1
    finally:
        on_file.store.close()
    print(f"made: {given.account} ({given.role})")
    return 0


def begin_epoch(given: argparse.Namespace, config: Config) -> int:
    """Another box goes on with this ledger: it says so, and a running poll is void unless nothing is missing."""
    import uuid

    from appliance.core.commands import BeginEpoch
    from appliance.core.refusals import Refusal
    from appliance.taking_over import begin_epoch as begin

    try:
        asked = {"type": "BeginEpoch", "id": str(uuid.uuid4()), "reason": given.reason, "head_seen": given.head_seen}
        command = msgspec.convert({name: said for name, said in asked.items() if said is not None}, BeginEpoch)
    except msgspec.ValidationError as why:
        print(f"not begun: {why}", file=sys.stderr)
        return WRONG_USE
    answer = begin(config, command)
    if isinstance(answer, Refusal):
        print(f"not begun: {answer.code}", file=sys.stderr)
        return 1
    print(f"begun: entry {answer.seq}")
    return 0


def security_paper(given: argparse.Namespace, config: Config) -> int:
    """The level-2 dossier or the playbook for incidents: .docx to edit, .pdf where LibreOffice is installed."""
    from appliance.adapters.release import own_version
    from appliance.config import rule_profile
    from appliance.dossier.facts import House
    from appliance.server.security_papers import facts_of, office_paper
    from appliance.server.words import Words

    if given.out.suffix not in {".docx", ".pdf"}:
        print("--out: a file whose name ends in .docx or .pdf", file=sys.stderr)
        return WRONG_USE
    house = House(
        council=given.council or config.council,
        term=config.term,
        place=config.place,
        release=own_version(),
        has_camera=config.recorder is not None,
        has_panels=bool(config.seats or config.buses),
    )
    try:
        found = facts_of(config.web, rule_profile(config.rules), house)
        body = office_paper(Words(config.words), given.paper, found)
        given.out.write_bytes(body if given.out.suffix == ".docx" else _as_pdf(body))
    except OSError as why:
        print(f"not written: {why}", file=sys.stderr)
        return CANNOT
    return 0


def _as_pdf(docx: bytes) -> bytes:
    """By LibreOffice, with a profile of its own, so that an open one is no hindrance. Raises OSError."""
    import subprocess
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        (made := Path(folder) / "paper.docx").write_bytes(docx)
        profile = f"-env:UserInstallation=file://{folder}/profile"
        asked = ["soffice", profile, "--headless", "--convert-to", "pdf", "--outdir", folder, str(made)]
        subprocess.run(asked, check=False, capture_output=True, timeout=180)
        return made.with_suffix(".pdf").read_bytes()


def _password() -> str:
    """From a terminal twice, since nobody sees what is typed; otherwise the first line of the input."""
    from appliance.services.enrolment import Unfit

    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\r\n")
    password = getpass("password: ")
    if getpass("the same again: ") != password:
        raise Unfit("the two passwords differ")
    return password
