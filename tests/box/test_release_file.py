"""A release that is damaged, cut short or somebody else's changes nothing on the box."""

import hashlib
import io
import json
import os
import tarfile
from collections.abc import Callable
from pathlib import Path

import pytest

from appliance.box.__main__ import main
from appliance.box.places import Places
from appliance.box.release_file import check, unpack
from appliance.box.releases import Releases
from appliance.box.telling import Refused
from tests.beds.small_release import about, contents, lay, pack


def everything(root: Path) -> set[Path]:
    return {path for path in root.rglob("*") if path.name not in {"lock", "nghi-truong-update"}}


def test_a_whole_release_is_read(tmp_path: Path) -> None:
    found = check(pack(tmp_path / "r.tar.gz", contents(), about("1.2.0")))
    assert (found.version, found.schema.registry) == ("1.2.0", "0004")
    assert found.bytes == sum(len(body) for body in contents().values())


def test_only_what_is_wanted_is_unpacked(tmp_path: Path) -> None:
    file = pack(tmp_path / "r.tar.gz", contents(), about("1.2.0"))
    unpack(file, check(file), tmp_path / "here", lambda name: name.startswith("web/"))
    assert (tmp_path / "here/web/dist/index.html").read_bytes() == b"<!doctype html>"
    assert not (tmp_path / "here/wheels").exists()


def cut_short(file: Path) -> None:
    os.truncate(file, file.stat().st_size * 2 // 3)


def one_bit(file: Path) -> None:
    body = bytearray(file.read_bytes())
    body[len(body) // 2] ^= 1
    file.write_bytes(body)


def no_archive(file: Path) -> None:
    file.write_bytes(b"<html>Sign in to the guest network</html>")


def empty(file: Path) -> None:
    file.write_bytes(b"")


def gone(file: Path) -> None:
    file.unlink()


def changed_content(file: Path) -> None:
    named = contents()
    pack(file, {**named, "web/dist/index.html": b"<!doctype HTML>"}, about("1.2.0"), named=named)


def something_more(file: Path) -> None:
    pack(file, {**contents(), "systemd/more.service": b""}, about("1.2.0"), named=contents())


def something_less(file: Path) -> None:
    pack(file, {"requirements.txt": b""}, about("1.2.0"), named=contents())


def twice(file: Path) -> None:
    with tarfile.open(file, "w:gz") as tar:
        listed = {"wheels/nghi_truong.whl": hashlib.sha256(b"").hexdigest()}
        for name, body in (
            ("release.json", json.dumps({**about("1.2.0"), "files": listed}).encode()),
            *[("wheels/nghi_truong.whl", b"")] * 2,
        ):
            entry = tarfile.TarInfo(f"nghi-truong-1.2.0/{name}")
            entry.size = len(body)
            tar.addfile(entry, io.BytesIO(body))


def a_link(file: Path) -> None:
    with tarfile.open(file, "w:gz") as tar:
        listed = {"wheels/nghi_truong.whl": hashlib.sha256(b"").hexdigest()}
        first = json.dumps({**about("1.2.0"), "files": listed}).encode()
        entry = tarfile.TarInfo("nghi-truong-1.2.0/release.json")
        entry.size = len(first)
        tar.addfile(entry, io.BytesIO(first))
        link = tarfile.TarInfo("nghi-truong-1.2.0/wheels/nghi_truong.whl")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/shadow"
        tar.addfile(link)


def out_of_the_folder(file: Path) -> None:
    pack(file, {**contents(), "../../etc/cron.d/mine": b"x"}, about("1.2.0"))


def absolute(file: Path) -> None:
    pack(file, {**contents(), "/etc/cron.d/mine": b"x"}, about("1.2.0"))


def another_folder(file: Path) -> None:
    pack(file, contents(), about("1.2.0"), folder="nghi-truong-1.3.0")


def another_product(file: Path) -> None:
    pack(file, contents(), about("1.2.0", product="gateway"))


def a_later_format(file: Path) -> None:
    pack(file, contents(), about("1.2.0", format=2))


def a_version_that_is_a_path(file: Path) -> None:
    pack(file, contents(), about("../../etc"))


def no_schema(file: Path) -> None:
    pack(file, contents(), about("1.2.0", schema={"registry": "head"}))


def no_wheel(file: Path) -> None:
    pack(file, {"requirements.txt": b""}, about("1.2.0"))


def any_archive(file: Path) -> None:
    with tarfile.open(file, "w:gz") as tar:
        tar.add(__file__, "sources/test.py")


def another_machine(file: Path) -> None:
    pack(file, contents(), about("1.2.0", machines=["riscv64"]))


def another_python(file: Path) -> None:
    pack(file, contents(), about("1.2.0", python="3.99"))


@pytest.mark.parametrize(
    "spoil",
    [
        cut_short, one_bit, no_archive, empty, gone, changed_content, something_more, something_less, twice, a_link,
        out_of_the_folder, absolute, another_folder, another_product, a_later_format, a_version_that_is_a_path,
        no_schema, no_wheel, any_archive, another_machine, another_python,
    ],
)  # fmt: skip
def test_a_spoiled_release_is_refused_and_nothing_changes(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], spoil: Callable[[Path], None]
) -> None:
    box = tmp_path / "box"
    lay(Places(box), "1.1.0")
    file = pack(tmp_path / "r.tar.gz", contents(), about("1.2.0"))
    spoil(file)
    before = everything(box)
    assert main(["install", str(file), "--root", str(box)]) == 1
    assert "refused" in capsys.readouterr().err
    assert everything(box) - {box / "var", box / "var/lib"} == before


def test_a_release_other_than_the_one_that_was_announced_is_refused(tmp_path: Path) -> None:
    file = pack(tmp_path / "r.tar.gz", contents(), about("1.2.0"))
    digest = hashlib.sha256(file.read_bytes()).hexdigest()
    assert check(file, digest.upper()).version == "1.2.0"
    with pytest.raises(Refused, match=digest):
        check(file, "0" * 64)


def test_a_number_is_used_once(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    box = tmp_path / "box"
    lay(Places(box), "1.2.0")
    file = pack(tmp_path / "r.tar.gz", contents(), about("1.2.0"))
    assert main(["install", str(file), "--root", str(box)]) == 1
    assert "another release 1.2.0" in capsys.readouterr().err


def test_installing_what_is_installed_changes_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    box = tmp_path / "box"
    lay(Places(box), "1.2.0")
    file = pack(tmp_path / "r.tar.gz", contents(), about("1.2.0"))
    (Places(box).releases / "1.2.0/release.json").write_bytes(check(file).raw)
    before = everything(box)
    assert main(["install", str(file), "--root", str(box)]) == 0
    assert "already installed: 1.2.0" in capsys.readouterr().out
    assert everything(box) - {box / "var", box / "var/lib"} == before


def test_a_release_whose_packages_cannot_be_installed_leaves_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    box = tmp_path / "box"
    lay(Places(box), "1.1.0")
    file = pack(tmp_path / "r.tar.gz", contents(), about("1.2.0"))  # its wheel is none
    assert main(["install", str(file), "--root", str(box)]) == 69
    assert "nothing is left" in capsys.readouterr().err
    assert [folder.name for folder in Places(box).releases.iterdir()] == ["1.1.0"]


def test_what_was_cut_off_is_no_release_and_is_cleared_away(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    places = Places(tmp_path / "box")
    lay(places, "1.1.0")
    lay(places, "1.2.0")
    Releases(places).use("1.1.0", None)
    (places.releases / "1.2.0/.complete").unlink()
    assert main(["releases", "--root", str(places.root)]) == 0
    assert "1.2.0" not in capsys.readouterr().out
    assert main(["activate", "1.2.0", "--root", str(places.root)]) == 1
    assert main(["prune", "--root", str(places.root)]) == 0
    assert "1.2.0" in capsys.readouterr().out
    assert [folder.name for folder in places.releases.iterdir()] == ["1.1.0"]
