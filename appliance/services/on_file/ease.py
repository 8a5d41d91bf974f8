"""How a member sees and hears the screens: kept on file, so that it is the same on whatever tablet they take."""

from enum import StrEnum

from msgspec import Struct


class TextSize(StrEnum):
    """Of all text and buttons: as designed, one and a half times, twice."""

    NORMAL = "normal"
    LARGE = "large"
    HUGE = "huge"


class Spoken(StrEnum):
    """What the tablet says aloud. One's own choice is said only if asked for: neighbours hear it too."""

    NOTHING = "nothing"
    PROMPTS = "prompts"
    ALL = "all"


class Ease(Struct, frozen=True):
    """One member's; `id` is the member."""

    id: str
    size: TextSize = TextSize.NORMAL
    contrast: bool = False
    spoken: Spoken = Spoken.NOTHING
