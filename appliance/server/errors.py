"""From a code to what a client sees of it: HTTP status and the two sentences. The only such table.

A test compares this table, the enum in core/refusals.py and the `refusal` words of both languages.
"""

from typing import Final

import msgspec

from appliance.core.refusals import Code, Refusal
from appliance.server.protocol import AcceptedAnswer, RefusedAnswer
from appliance.server.words import LANGUAGES, Language, Words
from appliance.services.answers import Accepted, Answer

CONFLICT: Final = 409

STATUS: Final[dict[Code, int]] = {
    **dict.fromkeys(Code, CONFLICT),
    Code.MALFORMED: 400,
    Code.UNKNOWN_TYPE: 400,
    Code.CHOICE_UNKNOWN: 400,
    Code.PIN_WEAK: 400,
    Code.COUNTS_TOO_MANY: 400,
    Code.NOT_SIGNED_IN: 401,
    Code.CARD_UNKNOWN: 401,
    Code.CARD_EXPIRED: 401,
    Code.PIN_WRONG: 401,
    Code.PASSWORD_WRONG: 401,
    Code.PAIRING_UNKNOWN: 401,
    Code.CROSS_ORIGIN: 403,
    Code.NOT_ALLOWED: 403,
    Code.NOT_A_MEMBER: 403,
    Code.NOT_IN_OFFICE: 403,
    Code.NOT_PRESENT: 403,
    Code.NOT_PRESENT_AT_OPENING: 403,
    Code.SEAT_NOT_YOURS: 403,
    Code.GAVEL_NOT_YOURS: 403,
    Code.SAME_PERSON: 403,
    Code.ROOM_CODE_WRONG: 403,
    Code.TABLET_NEEDS_APPROVAL: 403,
    Code.TABLET_REFUSED: 403,
    Code.PAIRING_PENDING: 403,
    Code.EXCUSE_FILE_KIND: 400,
    Code.PAST_POLL_TIME: 400,
    Code.NOT_FOUND: 404,
    Code.EXCUSE_UNKNOWN: 404,
    Code.SEAT_UNKNOWN: 404,
    Code.ITEM_UNKNOWN: 404,
    Code.PLAN_UNKNOWN: 404,
    Code.MEMBER_UNKNOWN: 404,
    Code.PERSON_UNKNOWN: 404,
    Code.POLL_UNKNOWN: 404,
    Code.ENTRY_UNKNOWN: 404,
    Code.REQUEST_UNKNOWN: 404,
    Code.SPEECH_REQUEST_UNKNOWN: 404,
    Code.SLIP_UNKNOWN: 404,
    Code.ISSUE_GROUP_UNKNOWN: 404,
    Code.PLEDGE_UNKNOWN: 404,
    Code.OPINION_UNKNOWN: 404,
    Code.OPINION_TEXT_MISSING: 400,
    Code.DEADLINE_PAST: 400,
    Code.RECORDING_UNKNOWN: 404,
    Code.QUEUE_ENTRY_UNKNOWN: 404,
    Code.PAGE_UNKNOWN: 404,
    Code.FLOOR_NOT_YOURS: 403,
    Code.TEXT_UNFIT: 400,
    Code.LOGIN_UNFIT: 400,
    Code.PASSWORD_WEAK: 400,
    Code.SHEET_UNREADABLE: 400,
    Code.SHEET_NO_NAMES: 400,
    Code.PHOTO_UNFIT: 400,
    Code.ROLE_NOT_YOURS: 403,
    Code.GROUP_UNKNOWN: 404,
    Code.COMMITTEE_UNKNOWN: 404,
    Code.GUEST_UNKNOWN: 404,
    Code.ACCOUNT_UNKNOWN: 404,
    Code.IMPORT_UNKNOWN: 404,
    Code.CARDS_SHOWN: 404,
    Code.NOT_A_TELLER: 403,
    Code.ELECTION_UNKNOWN: 404,
    Code.CANDIDATE_UNKNOWN: 404,
    Code.PAPER_UNKNOWN: 404,
    Code.PAPER_MARKS_WRONG: 400,
    Code.TELLERS_NUMBER: 400,
    Code.TELLERS_PARTS: 400,
    Code.BALLOTS_ISSUED_TOO_MANY: 400,
    Code.BALLOTS_COLLECTED_TOO_MANY: 400,
    Code.TOO_LARGE: 413,
    Code.DOCUMENT_UNKNOWN: 404,
    Code.VERSION_UNKNOWN: 404,
    Code.NOTE_UNKNOWN: 404,
    Code.SECRET_PAPER: 403,
    Code.PAPER_TOO_LARGE: 413,
    Code.PAPER_EMPTY: 400,
    Code.PAPER_TYPE: 415,
    Code.PAPER_DAMAGED: 422,
    Code.PAPER_ENCRYPTED: 422,
    Code.PAPER_MACROS: 422,
    Code.PAPER_BOMB: 422,
    Code.PAPER_TOO_MANY_PAGES: 422,
    Code.PAPER_TOO_SLOW: 422,
    Code.PAPERS_FULL: 409,
    Code.LOCKED_OUT: 429,
    Code.RATE_LIMITED: 429,
    Code.INTERNAL_ERROR: 500,
    Code.CLOCK_IMPLAUSIBLE: 400,
    Code.CLOCK_NOT_SETTABLE: 503,
    Code.BOX_SILENT: 503,
    Code.STORAGE_FAULT: 503,
    Code.RECORDER_ABSENT: 503,
    Code.PANELS_OFFLINE: 503,
    Code.BUS_UNKNOWN: 404,
    Code.PANEL_NOT_FOUND: 404,
    Code.SEAT_WITHOUT_PANEL: 404,
    Code.READINESS_UNKNOWN: 404,
}
"""Whatever is not named is a rule that stands against the command as things are now: 409."""

FAULTS: Final = frozenset(
    {
        Code.STORAGE_FAULT,
        Code.RECORDER_ABSENT,
        Code.PANELS_OFFLINE,
        Code.INTERNAL_ERROR,
        Code.CLOCK_NOT_SETTABLE,
        Code.BOX_SILENT,
    }
)

_encode = msgspec.json.Encoder().encode


class Answers:
    """Turns answers into what goes over the wire, in the client's language."""

    def __init__(self, words: Words) -> None:
        self._plain = {
            (code, language): RefusedAnswer(
                accepted=False,
                refusal=code.value,
                message=words.say(language, f"refusal.{code.value}"),
                messages=words.both(f"refusal.{code.value}"),
                fault=code in FAULTS,
            )
            for code in Code
            for language in LANGUAGES
        }

    def refused(self, refusal: Refusal, language: Language) -> RefusedAnswer:
        """A refusal with its sentences."""
        plain = self._plain[refusal.code, language]
        return msgspec.structs.replace(plain, detail=refusal.detail) if refusal.detail else plain

    def wire(self, answer: Answer, language: Language) -> AcceptedAnswer | RefusedAnswer:
        """What answers a command."""
        if isinstance(answer, Accepted):
            return AcceptedAnswer(accepted=True, seq=answer.seq, poll=answer.poll)
        return self.refused(answer, language)

    def json(self, answer: Answer, language: Language) -> bytes:
        """The same, as JSON."""
        if isinstance(answer, Accepted) and answer.poll is None:
            return b'{"accepted":true,"seq":%d}' % answer.seq
        return _encode(self.wire(answer, language))


def status(answer: Answer) -> int:
    """The HTTP status of an answer."""
    return 200 if isinstance(answer, Accepted) else STATUS[answer.code]
