"""What has to be carried to the copy of the public site, and in which order: pure.

We keep our own account of what has been carried (name, size, time), since not every storage tells when a file was
changed (WebDAV does not): a playlist with another content of the same length would be overlooked.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Final, Literal

from msgspec import Struct

Stamp = tuple[int, int]
"""Size, and time of the last change in nanoseconds."""
Account = Mapping[str, Stamp]

NAMING: Final = (".m3u8", ".html", ".json")
"""Files that name others: they come after what they name, and go before it."""
LIVE: Final = "live/"
SHOWN_IN_PRIVATE: Final = frozenset({"live/state.json"})
MOST_AT_ONCE: Final = 200
"""So many files a run: what is done is in the account, so a long round is gone on with after a break."""


class Step(Struct, frozen=True):
    """One run: these files, in no order."""

    do: Literal["add", "replace", "remove"]
    """`add`: new here; there it may be already, from a time before this account. `replace`: another content."""
    names: tuple[str, ...]


def plan(here: Account, carried: Account) -> Iterator[Step]:
    """The steps that make the copy the same as what is here, in an order in which its visitors always see it whole."""
    new = sorted(name for name in here if name not in carried)
    other = sorted(name for name, stamp in here.items() if name in carried and carried[name] != stamp)
    gone = sorted(name for name in carried if name not in here)
    yield from _steps("add", (name for name in new if not names_others(name)))
    yield from _steps("replace", (name for name in other if not names_others(name)))
    yield from _steps("replace", sorted(name for name in [*new, *other] if names_others(name)))
    yield from _steps("remove", (name for name in gone if names_others(name)))
    yield from _steps("remove", (name for name in gone if not names_others(name)))


def live_only(here: Account, *, private: bool) -> Account:
    """The live picture's files; in private nothing but the word that it is so."""
    wanted = {name: stamp for name, stamp in here.items() if name.startswith(LIVE)}
    return {n: s for n, s in wanted.items() if n in SHOWN_IN_PRIVATE} if private else wanted


def all_but_live(here: Account) -> Account:
    """Pages, data, assets, video on demand."""
    return {name: stamp for name, stamp in here.items() if not name.startswith(LIVE)}


def names_others(name: str) -> bool:
    """Whether this is a playlist, a page or a description."""
    return name.endswith(NAMING)


def _steps(do: Literal["add", "replace", "remove"], names: Iterable[str]) -> Iterator[Step]:
    found = list(names)
    for first in range(0, len(found), MOST_AT_ONCE):
        yield Step(do, tuple(found[first : first + MOST_AT_ONCE]))
