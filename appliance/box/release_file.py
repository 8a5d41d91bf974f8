"""A release's file: every byte is checked before anything on the box is changed.

`release.json` comes first and names every other file with its SHA-256. What is not named, is named and missing, is no
plain file, or has another hash makes the whole file refused. `release.json` itself, and so all of it, is held against
the SHA-256 that came by another way, where one is given.
"""

import hashlib
import json
import os
import tarfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO, Final

from appliance.box.releases import ABOUT, Schema, is_version, schema_of
from appliance.box.telling import Refused

FORMAT: Final = 1
PRODUCT: Final = "nghi-truong"
_LARGEST_ABOUT: Final = 4 << 20
_PIECE: Final = 1 << 20
_EXECUTABLE: Final = 0o755
_PLAIN: Final = 0o644


@dataclass(frozen=True)
class About:
    """What a release says of itself."""

    version: str
    commit: str
    python: str
    machines: tuple[str, ...]
    schema: Schema
    wheel: str
    files: dict[str, str]
    raw: bytes
    bytes: int = 0
    """Of all files together, unpacked."""


def check(file: Path, sha256: str | None = None) -> About:
    """Read it from end to end and write nothing. Raises Refused."""
    if sha256 is not None and (found := _hash_of(file)) != sha256.lower():
        raise Refused(f"{file} is not the file that was meant: its SHA-256 is {found}")
    size = 0

    def count(name: str, content: IO[bytes], mode: int) -> Iterator[bytes]:
        nonlocal size
        while piece := content.read(_PIECE):
            size += len(piece)
            yield piece

    about = _walk(file, count)
    return About(**{**about.__dict__, "bytes": size})


def unpack(file: Path, about: About, into: Path, wanted: Callable[[str], bool]) -> None:
    """Write the wanted files below `into`, an empty folder. Each is hashed again. Raises Refused or OSError."""

    def write(name: str, content: IO[bytes], mode: int) -> Iterator[bytes]:
        if not wanted(name):
            while piece := content.read(_PIECE):
                yield piece
            return
        path = into / name
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("xb") as written:
            while piece := content.read(_PIECE):
                written.write(piece)
                yield piece
            os.fchmod(written.fileno(), _EXECUTABLE if mode & 0o100 else _PLAIN)

    if _walk(file, write).raw != about.raw:
        raise Refused(f"{file} was changed while it was read")


def _walk(file: Path, take: Callable[[str, IO[bytes], int], Iterator[bytes]]) -> About:
    """Give `take` each file, and hold what it passes on against its hash."""
    with _readable(file), tarfile.open(file, "r|gz") as tar:
        members = iter(tar)
        about = _about(tar, next(members, None))
        left = dict(about.files)
        for member in members:
            name = _name(member, about.version)
            wanted = left.pop(name, None)
            content = tar.extractfile(member) if member.isreg() else None
            if wanted is None or content is None:
                raise Refused(f"{file}: {member.name} does not belong there")
            digest = hashlib.sha256()
            for piece in take(name, content, member.mode):
                digest.update(piece)
            if digest.hexdigest() != wanted:
                raise Refused(f"{file}: {name} is damaged, or not what was released")
        if left:
            raise Refused(f"{file}: {len(left)} files are missing, {min(left)} first")
        return about


def _about(tar: tarfile.TarFile, member: tarfile.TarInfo | None) -> About:
    if member is None or not member.isreg() or member.size > _LARGEST_ABOUT or not member.name.endswith(f"/{ABOUT}"):
        raise Refused(f"{tar.name!r} is no release of {PRODUCT}: it does not begin with {ABOUT}")
    content = tar.extractfile(member)
    raw = content.read() if content is not None else b""
    try:
        said = json.loads(raw)
        if said["product"] != PRODUCT or said["format"] != FORMAT:
            raise Refused(f"no release of {PRODUCT} that this command knows (format {said['format']!r})")
        about = About(
            version=str(said["version"]),
            commit=str(said["commit"]),
            python=str(said["python"]),
            machines=tuple(str(name) for name in said["machines"]),
            schema=schema_of(said["schema"]),
            wheel=str(said["wheel"]),
            files={str(name): str(digest) for name, digest in said["files"].items()},
            raw=raw,
        )
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise Refused(f"{ABOUT} cannot be read: {error}") from error
    if not is_version(about.version) or about.wheel not in about.files or _name(member, about.version) != ABOUT:
        raise Refused(f"{ABOUT} contradicts itself")
    if any(_strays(name) for name in about.files):
        raise Refused(f"{ABOUT} names files outside of the release")
    return about


def _strays(name: str) -> bool:
    path = PurePosixPath(name)
    return path.is_absolute() or ".." in path.parts or str(path) != name or name in {ABOUT, "."}


def _name(member: tarfile.TarInfo, version: str) -> str:
    """Below the release's own folder; anything else keeps a name that no release has."""
    inside = f"{PRODUCT}-{version}/"
    return member.name.removeprefix(inside) if member.name.startswith(inside) else f"/{member.name}"


def _hash_of(file: Path) -> str:
    try:
        with file.open("rb") as opened:
            return hashlib.file_digest(opened, "sha256").hexdigest()
    except OSError as error:
        raise Refused(f"{file}: {error}") from error


@contextmanager
def _readable(file: Path) -> Iterator[None]:
    """A file that ends too early, is no archive, or cannot be read is refused; a full disk is not its fault."""
    try:
        file.open("rb").close()
    except OSError as error:
        raise Refused(f"{file}: {error}") from error
    try:
        yield
    except (tarfile.TarError, EOFError, zlib.error) as error:
        raise Refused(f"{file} is damaged, or no release: {error}") from error
    except OSError as error:
        # gzip's own complaints come without a number; the disk's have one.
        if error.errno is not None:
            raise
        raise Refused(f"{file} is damaged, or no release: {error}") from error
