"""How a member sees and hears the screens."""

from appliance.core.commands import Command
from appliance.services.on_file.ease import Spoken, TextSize


class SetEase(Command, tag=True, frozen=True, kw_only=True):
    """A member's own: text size, high contrast, spoken prompts. Nobody else's is touched."""

    size: TextSize = TextSize.NORMAL
    contrast: bool = False
    spoken: Spoken = Spoken.NOTHING


EaseCommand = SetEase
