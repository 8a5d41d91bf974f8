"""Words that speaking and questioning share: what somebody speaks for, and what becomes of a request to speak.

A request's life (a test compares this drawing with `NEXT`):

    waiting --> speaking: floor_given
    speaking --> spoken: floor_ended
    waiting --> withdrawn: withdraw
    waiting --> declined: decline
    waiting --> handed_in: hand_in
"""

from enum import StrEnum
from typing import Final


class SpeechKind(StrEnum):
    """What the floor is asked for or given for. A text that is handed in is no speech: see `HandInText`."""

    DISCUSSION = "discussion"
    REBUTTAL = "rebuttal"
    POINT_OF_ORDER = "point_of_order"
    QUESTIONING = "questioning"
    EXPLANATION = "explanation"


class RequestState(StrEnum):
    """Where a request to speak is in its life; `NEXT` has the ways between."""

    WAITING = "waiting"
    SPEAKING = "speaking"
    SPOKEN = "spoken"
    WITHDRAWN = "withdrawn"
    DECLINED = "declined"
    HANDED_IN = "handed_in"


class RequestAction(StrEnum):
    """What moves a request on."""

    FLOOR_GIVEN = "floor_given"
    FLOOR_ENDED = "floor_ended"
    WITHDRAW = "withdraw"
    DECLINE = "decline"
    HAND_IN = "hand_in"


NEXT: Final[dict[tuple[RequestState, RequestAction], RequestState]] = {
    (RequestState.WAITING, RequestAction.FLOOR_GIVEN): RequestState.SPEAKING,
    (RequestState.WAITING, RequestAction.WITHDRAW): RequestState.WITHDRAWN,
    (RequestState.WAITING, RequestAction.DECLINE): RequestState.DECLINED,
    (RequestState.WAITING, RequestAction.HAND_IN): RequestState.HANDED_IN,
    (RequestState.SPEAKING, RequestAction.FLOOR_ENDED): RequestState.SPOKEN,
}
