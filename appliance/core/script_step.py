"""A line of the chair's script before the rules are asked: a command, when it is due, and the words to say with it.

Each subject has a module `core/script_<subject>.py` with `steps(state) -> list[Candidate]`; `core/script.py` joins
them.
"""

from collections.abc import Mapping
from enum import IntEnum
from typing import Final

from msgspec import Struct

from appliance.core import commands as c

ID: Final = "0" * 32
"""Stands for the id of a command that has not been given yet."""
LATER: Final = "?"
"""Stands for a text that a person must fill in before the step is given (`Candidate.asks`)."""


class Turn(IntEnum):
    """When a step is due: what is going on comes before what may begin. The first possible one is the main step."""

    GOING_ON = 10
    """Something has begun and waits for its end: a poll, an election's round, a count."""
    ON_ITEM = 20
    """What the current item brings: its polls, its election, its questions, whoever asks to speak."""
    NEXT_ITEM = 30
    SITTING = 40
    MEETING = 50
    ASIDE = 90
    """Always within reach, never the main step."""


class Say(Struct, frozen=True):
    """Words for the chair: `script.say.<key>` of the word files, with these values filled in.

    A value is text as it stands in the meeting (a title, a name) or a number; what is worded otherwise in
    each language is another key.
    """

    key: str
    values: Mapping[str, str | int] = {}


class Candidate(Struct, frozen=True):
    """One step as a subject offers it. Whether it is possible now, `decide` says; do not ask again here.

    `main`: it may be the chair's one button. `label`: `script.do.<label>` of the word files, the command's own
    name unless told otherwise. `hint`: `script.hint.<hint>`, what to do beside pressing.
    `asks`: fields of the command that a person fills in (`script.ask.<field>`); one that must be filled in
    stands as LATER.
    `sure`: the screen asks once more before it gives the command (`script.sure.<sure>`).
    """

    command: c.Command
    turn: Turn
    main: bool = False
    say: tuple[Say, ...] = ()
    label: str = ""
    values: Mapping[str, str | int] = {}
    """Filled into label, hint and question."""
    hint: str = ""
    asks: tuple[str, ...] = ()
    sure: str = ""
