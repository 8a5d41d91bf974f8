"""The page of what is hardened: each check that it names exists, and the roles say what it says."""

import re
from pathlib import Path

import pytest

from tests.witness.findings import Findings
from tests.witness.hardening import answers, rows
from tests.witness.scan_inside import findings
from tests.witness.scan_tls import KNOWN, weigh

ROOT = Path(__file__).parents[2]
ROLES = ROOT / "ansible" / "roles"


@pytest.mark.parametrize("row", rows("Each row"), ids=lambda row: row[0])
def test_each_row_has_a_check_that_exists(row: list[str]) -> None:
    checks = re.findall(r"`([^`]+)`", row[2])
    assert checks
    for check in checks:
        if check.startswith("make "):
            assert f"\n{check.removeprefix('make ')}:" in (ROOT / "Makefile").read_text(encoding="utf-8")
            continue
        file, _, test = check.partition("::")
        assert f"def {test}(" in (ROOT / file).read_text(encoding="utf-8") if test else (ROOT / file).exists(), check


def test_each_line_of_lynis_is_found_with_its_answer() -> None:
    report = (
        "warning[]=TIME-3185|never synchronized|-|-|\nsuggestion[]=SSH-7408|Consider hardening|Port (set 22 to )|-|\n"
        "suggestion[]=NEW-0001|Something new|-|-|\nhardening_index=70\n"
    )
    found = list(findings(report))
    assert found[1] == ("suggestion", "SSH-7408", "Consider hardening (Port (set 22 to ))")
    assert [test for _, test, _ in found if test not in answers()] == ["NEW-0001"]
    assert all(len(answer) > 5 for answer in answers().values())


def test_a_finding_of_testssl_without_an_answer_ends_the_scan(capsys: pytest.CaptureFixture[str]) -> None:
    good = {"id": "TLS1_3", "severity": "OK", "finding": "offered"}
    known = {"id": "cert_trust", "severity": "HIGH", "finding": "self signed"}
    for finding, code in ((known, 0), (known | {"id": "heartbleed"}, 1)):
        found = Findings("")
        weigh(found, [good, finding])
        assert found.close() == code
    assert KNOWN["cert_trust"] in capsys.readouterr().out


def test_no_unit_of_ours_leaves_its_own_limits_by_a_session() -> None:
    """With PAMName= and pam_systemd in its stack, logind moves the process into a scope of the user's."""
    units = {file.name: file.read_text(encoding="utf-8") for file in (ROOT / "systemd").glob("*.service")}
    assert not [name for name, text in units.items() if re.search(r"^PAMName=", text, re.MULTILINE)]


def test_the_roles_say_what_this_page_says() -> None:
    hardening = (ROLES / "hardening/tasks/main.yml").read_text(encoding="utf-8")
    assert "/etc/systemd/system/ctrl-alt-del.target" in hardening
    updates = (ROLES / "base/tasks/updates.yml").read_text(encoding="utf-8")
    assert "activity.json" in updates
    sshd = (ROLES / "hardening/templates/sshd.conf").read_text(encoding="utf-8")
    assert {"PasswordAuthentication no", "PermitRootLogin no", "MaxSessions 4"} <= set(sshd.splitlines())
