"""A box that knows who may make a release takes no other: the signature is OpenSSH's own."""

from collections.abc import Callable
from pathlib import Path

import jinja2
import pytest

from appliance.box.__main__ import main
from appliance.box.places import Places
from appliance.box.signed import NAMESPACE
from tests.beds.signing import new_key, sign
from tests.beds.small_release import about, contents, lay, pack

TEMPLATE = Path(__file__).parents[2] / "ansible/roles/appliance/templates/release_signers.j2"


class House:
    """A box, the maker's key, and a release in which one is installed already, so that all else is well."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.box = folder, Places(folder / "box")
        self.key, self.stranger = new_key(folder / "maker"), new_key(folder / "stranger")
        self.file = pack(folder / "r.tar.gz", contents(), about("1.2.0"))
        lay(self.box, "1.1.0")
        self.box.signers.parent.mkdir(parents=True)
        self.knows(self.key)

    def knows(self, *keys: Path) -> None:
        """As the role writes it."""
        text = jinja2.Template(TEMPLATE.read_text(encoding="utf-8"), keep_trailing_newline=True)
        public = [key.with_suffix(".pub").read_text().strip() for key in keys]
        self.box.signers.write_text(text.render(appliance_release_signers=public), encoding="utf-8")

    def signs(self, key: Path, namespace: str = NAMESPACE) -> None:
        sign(self.file, key, namespace)

    @property
    def signature(self) -> Path:
        return self.file.with_name("r.tar.gz.sig")

    def install(self) -> int:
        return main(["install", str(self.file), "--root", str(self.box.root)])

    @property
    def releases(self) -> list[str]:
        return [folder.name for folder in self.box.releases.iterdir()]


@pytest.fixture
def house(tmp_path: Path) -> House:
    return House(tmp_path)


def unsigned(house: House) -> None:
    pass


def by_a_stranger(house: House) -> None:
    house.signs(house.stranger)


def for_something_else(house: House) -> None:
    house.signs(house.key, "file")


def of_another_file(house: House) -> None:
    house.signs(house.key)
    pack(house.file, contents(), about("1.2.1"))


def no_signature_at_all(house: House) -> None:
    house.signature.write_text("-----BEGIN SSH SIGNATURE-----\n")


def by_somebody_who_may_no_more(house: House) -> None:
    house.signs(house.key)
    house.knows(house.stranger)


def nobody_is_named(house: House) -> None:
    house.signs(house.key)
    house.knows()


@pytest.mark.parametrize(
    "spoil",
    [
        unsigned, by_a_stranger, for_something_else, of_another_file, no_signature_at_all, by_somebody_who_may_no_more,
        nobody_is_named,
    ],
)  # fmt: skip
def test_a_release_that_nobody_signed_who_may_is_refused_and_nothing_changes(
    house: House, capsys: pytest.CaptureFixture[str], spoil: Callable[[House], None]
) -> None:
    spoil(house)
    assert house.install() == 1
    assert "is not signed" in capsys.readouterr().err
    assert house.releases == ["1.1.0"]


def test_a_release_is_taken_from_each_who_may_make_one(house: House, capsys: pytest.CaptureFixture[str]) -> None:
    """Its small wheel is none, so that it comes as far as its packages."""
    house.knows(house.key, house.stranger)
    for key in (house.key, house.stranger):
        house.signs(key)
        assert house.install() == 69
        assert "not signed" not in capsys.readouterr().err


def test_a_box_that_knows_of_no_maker_asks_for_no_signature(house: House, capsys: pytest.CaptureFixture[str]) -> None:
    house.box.signers.unlink()
    assert house.install() == 69
    assert "not signed" not in capsys.readouterr().err
