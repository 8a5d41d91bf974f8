"""What a technician asks of the check of the house, step by step."""

from typing import Annotated

from msgspec import Meta, Struct

from appliance.services.panel_orders import Serial


class RunAsk(Struct, frozen=True, kw_only=True, tag_field="do", forbid_unknown_fields=True):
    """What all have."""


class BeginReadiness(RunAsk, tag="begin", frozen=True, kw_only=True):
    """Begin a check; or, after it was stopped, go on with it. Presses count nothing from here on."""


class SeeLights(RunAsk, tag="seen", frozen=True, kw_only=True):
    """The lights of these panels were looked at: all three come on as their buttons are pressed, or not."""

    serials: Annotated[tuple[Serial, ...], Meta(min_length=1, max_length=500)]
    lights: bool


class OpenTestPoll(RunAsk, tag="open-poll", frozen=True, kw_only=True):
    """Print the zero tape: from here on presses are counted, in memory alone. Again: count anew."""


class CloseTestPoll(RunAsk, tag="close-poll", frozen=True, kw_only=True):
    """Print the result tape."""


class MeasureReadiness(RunAsk, tag="measure", frozen=True, kw_only=True):
    """Look at everything again that can be measured."""


class FinishReadiness(RunAsk, tag="finish", frozen=True, kw_only=True):
    """Write the report, sign it and put it on file; the panels count again."""

    note: Annotated[str, Meta(max_length=2000)] = ""


class DropReadiness(RunAsk, tag="drop", frozen=True, kw_only=True):
    """Leave it; nothing is kept, and the panels count again."""


RunAsked = (
    BeginReadiness | SeeLights | OpenTestPoll | CloseTestPoll | MeasureReadiness | FinishReadiness | DropReadiness
)
