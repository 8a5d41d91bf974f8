"""What systemd and lynis (Debian) make of a box that is set up, on that machine."""

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from tests.beds.hall import Hall
from tests.witness.findings import Findings
from tests.witness.hardening import answers

MOST: Final = 2.0
"""An exposure above it (`systemd-analyze security`) is too much; `.ci/units` has the same limit for the files."""
LEAST_INDEX: Final = 70
"""lynis's own index, of 100, under which something that stood has gone."""
_LYNIS: Final = ("usr/sbin/lynis", "usr/share/lynis", "etc/lynis")


def sandboxes(found: Findings, hall: Hall) -> None:
    """Every service of ours that this machine has."""
    listed = hall.box.run("systemctl list-unit-files --plain --no-legend 'nghi-truong*.service'").stdout
    names = [line.split()[0].replace("@.", "@hall.") for line in listed.splitlines()]
    print(f"exposure by systemd-analyze security on this machine (limit {MOST}):")
    for name in sorted(set(names)):
        said = hall.box.run(["systemd-analyze", "security", "--no-pager", name], check=False).stdout
        figure = re.search(r"exposure level for .*: ([\d.]+)", said)
        weight = float(figure[1]) if figure else 10.0
        print(f"  {weight:4.1f}  {name}")
        found.check(f"exposure of {name} at most {MOST}", weight <= MOST, str(weight))


def lynis(found: Findings, hall: Hall) -> None:
    """The whole audit; each warning and suggestion beside its answer in ansible/HARDENING.md."""
    there = [name for name in _LYNIS if (Path("/") / name).exists()]
    if not found.check("lynis is installed here", len(there) == len(_LYNIS)):
        return
    with subprocess.Popen(["tar", "-C", "/", "-c", *there], stdout=subprocess.PIPE) as packed:
        subprocess.run(hall.box.inside(["tar", "-C", "/", "-x"]), stdin=packed.stdout, check=True)
    hall.box.run("lynis audit system --quick --no-colors --quiet", check=False, seconds=1800)
    report = hall.box.run("cat /var/log/lynis-report.dat").stdout
    index = int(re.search(r"^hardening_index=(\d+)", report, re.MULTILINE)[1])  # type: ignore[index]
    tests = re.search(r"^lynis_tests_done=(\d+)", report, re.MULTILINE)
    print(f"lynis: hardening index {index} of 100 ({tests[1] if tests else '?'} tests)")
    found.check(f"lynis's index is at least {LEAST_INDEX}", index >= LEAST_INDEX, str(index))
    weigh(found, report)


def weigh(found: Findings, report: str) -> None:
    """Each finding beside its answer."""
    known = answers()
    for kind, test, text in findings(report):
        answer = known.get(test)
        print(f"  {kind}: {test}: {text}\n      {answer or 'NOT ANSWERED'}")
        found.check(f"answered: {kind} {test}: {text}", answer is not None)


def findings(report: str) -> Iterator[tuple[str, str, str]]:
    """(warning or suggestion, test, what it says) of each line of lynis's report that is one."""
    for kind, test, text, more in re.findall(
        r"^(warning|suggestion)\[\]=([^|]*)\|([^|]*)\|([^|]*)", report, re.MULTILINE
    ):
        yield kind, test, f"{text} ({more})" if more not in {"", "-"} else text


if __name__ == "__main__":
    _found = Findings("a report of lynis")
    weigh(_found, Path(sys.argv[1]).read_text(encoding="utf-8"))
    sys.exit(_found.close())
