"""As the role backup names another computer, ssh finds its key."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

VARS = Path(__file__).parents[2] / "ansible/roles/backup/vars/main.yml"


@pytest.mark.parametrize(
    ("host", "known"),
    [("192.168.79.4:22", "192.168.79.4"), ("box.lan:2222", "[box.lan]:2222"), ("10.0.0.1", "10.0.0.1")],
)
def test_ssh_looks_for_a_port_only_where_it_is_another_than_22(tmp_path: Path, host: str, known: str) -> None:
    task = {"ansible.builtin.assert": {"that": "backup_replica_known == known"}}
    play = {"hosts": "localhost", "connection": "local", "gather_facts": False, "vars_files": [str(VARS)]}
    given = {"backup_targets": [], "backup_replica": {"host": host}, "known": known}
    book = tmp_path / "play.yml"
    book.write_text(json.dumps([play | {"vars": given, "tasks": [task]}]), encoding="utf-8")
    ansible = Path(sys.executable).with_name("ansible-playbook")
    done = subprocess.run([ansible, "-i", "localhost,", book], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
