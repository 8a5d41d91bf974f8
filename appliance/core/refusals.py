"""The closed list of what a rule (or the machine) can answer instead of yes.

Each code has a Vietnamese and an English sentence in the word files under `refusal.<code>`, and one
place in `server/errors.py` gives each its HTTP status. A test compares the three.
"""

from enum import StrEnum

from msgspec import Struct


class Code(StrEnum):
    """Wire names. Adding one means adding its two sentences and its status."""

    # the wire
    MALFORMED = "malformed"
    TOO_LARGE = "too-large"
    UNKNOWN_TYPE = "unknown-type"
    ID_REUSED = "id-reused"
    NOT_FOUND = "not-found"
    EDITED_MEANWHILE = "edited-meanwhile"
    CROSS_ORIGIN = "cross-origin"
    RATE_LIMITED = "rate-limited"
    # who
    NOT_SIGNED_IN = "not-signed-in"
    NOT_ALLOWED = "not-allowed"
    NOT_A_MEMBER = "not-a-member"
    NOT_IN_OFFICE = "not-in-office"
    SEAT_UNKNOWN = "seat-unknown"
    SEAT_NOT_YOURS = "seat-not-yours"
    CARD_UNKNOWN = "card-unknown"
    CARD_EXPIRED = "card-expired"
    PIN_WRONG = "pin-wrong"
    PIN_WEAK = "pin-weak"
    PASSWORD_WRONG = "password-wrong"  # noqa: S105 - a code, not a secret
    LOCKED_OUT = "locked-out"
    TABLET_NEEDS_APPROVAL = "tablet-needs-approval"
    TABLET_REFUSED = "tablet-refused"
    PAIRING_UNKNOWN = "pairing-unknown"
    PAIRING_PENDING = "pairing-pending"
    REQUEST_UNKNOWN = "request-unknown"
    # the meeting
    NO_MEETING = "no-meeting"
    MEETING_RUNNING = "meeting-running"
    MEETING_CLOSED = "meeting-closed"
    SITTING_NOT_OPEN = "sitting-not-open"
    SITTING_ALREADY_OPEN = "sitting-already-open"
    NO_MEMBERS = "no-members"
    ITEM_UNKNOWN = "item-unknown"
    ITEM_TAKEN = "item-taken"
    ITEM_ALREADY_STARTED = "item-already-started"
    ITEM_DONE = "item-done"
    ITEM_OFF_AGENDA = "item-off-agenda"
    ITEM_ON_AGENDA = "item-on-agenda"
    ITEM_MISPLACED = "item-misplaced"
    TOO_MANY_ITEMS = "too-many-items"
    NO_CURRENT_ITEM = "no-current-item"
    ALREADY_PRIVATE = "already-private"
    NOT_PRIVATE = "not-private"
    # a meeting in preparation
    PLAN_UNKNOWN = "plan-unknown"
    PLAN_TAKEN = "plan-taken"
    PLAN_CONVENED = "plan-convened"
    PLAN_ITEM_IN_USE = "plan-item-in-use"
    # the roll and the gavel
    MEMBER_UNKNOWN = "member-unknown"
    ALREADY_PRESENT = "already-present"
    NOT_PRESENT = "not-present"
    ROOM_CODE_WRONG = "room-code-wrong"
    CHECK_IN_WAITING = "check-in-waiting"
    CHECK_IN_NOT_ASKED = "check-in-not-asked"
    GAVEL_NOT_YOURS = "gavel-not-yours"
    GAVEL_ALREADY_YOURS = "gavel-already-yours"
    PERSON_UNKNOWN = "person-unknown"
    # the floor
    FLOOR_ALREADY_THEIRS = "floor-already-theirs"
    NOBODY_SPEAKS = "nobody-speaks"
    NO_TIME_LIMIT = "no-time-limit"
    ALREADY_ASKED_TO_SPEAK = "already-asked-to-speak"
    SPEECH_REQUEST_UNKNOWN = "speech-request-unknown"
    SPEECH_REQUEST_SETTLED = "speech-request-settled"
    ORDER_UNCHANGED = "order-unchanged"
    TOO_MANY_TEXTS = "too-many-texts"
    # questioning
    ALREADY_QUESTIONING = "already-questioning"
    NOT_QUESTIONING = "not-questioning"
    SLIP_UNKNOWN = "slip-unknown"
    SLIP_SETTLED = "slip-settled"
    SLIP_NOT_SELECTED = "slip-not-selected"
    SLIP_ANSWERED = "slip-answered"
    ISSUE_GROUP_UNKNOWN = "issue-group-unknown"
    PLEDGE_TAKEN = "pledge-taken"
    PLEDGE_UNKNOWN = "pledge-unknown"
    PLEDGE_SETTLED = "pledge-settled"
    DEADLINE_PAST = "deadline-past"
    # opinions between meetings
    OPINION_TAKEN = "opinion-taken"
    OPINION_UNKNOWN = "opinion-unknown"
    OPINION_CLOSED = "opinion-closed"
    OPINION_TEXT_MISSING = "opinion-text-missing"
    # the hall's screens
    QUEUE_ENTRY_TAKEN = "queue-entry-taken"
    QUEUE_ENTRY_UNKNOWN = "queue-entry-unknown"
    QUEUE_FULL = "queue-full"
    QUEUE_EMPTY = "queue-empty"
    POLL_ON_SCREEN = "poll-on-screen"
    NO_PAPER_SHOWN = "no-paper-shown"
    PAGE_UNKNOWN = "page-unknown"
    FLOOR_NOT_YOURS = "floor-not-yours"
    # rehearsal
    ALREADY_REHEARSING = "already-rehearsing"
    NOT_REHEARSING = "not-rehearsing"
    # the recording
    RECORDER_ABSENT = "recorder-absent"
    ALREADY_RECORDING = "already-recording"
    NOT_RECORDING = "not-recording"
    RECORDING_PRIVATE = "recording-private"
    RECORDING_DISK_FULL = "recording-disk-full"
    RECORDING_UNKNOWN = "recording-unknown"
    # polls
    POLL_UNKNOWN = "poll-unknown"
    POLL_TAKEN = "poll-taken"
    POLL_NOT_DRAFT = "poll-not-draft"
    POLL_NOT_OPEN = "poll-not-open"
    POLL_NOT_HELD = "poll-not-held"
    POLL_NOT_RUNNING = "poll-not-running"
    POLL_NOT_CLOSED = "poll-not-closed"
    POLL_NOT_CONFIRMED = "poll-not-confirmed"
    POLL_NOT_FINISHED = "poll-not-finished"
    POLL_FINISHED = "poll-finished"
    POLL_UNFINISHED = "poll-unfinished"
    ANOTHER_POLL_RUNNING = "another-poll-running"
    BELOW_QUORUM = "below-quorum"
    NOBODY_PRESENT = "nobody-present"
    NOT_PRESENT_AT_OPENING = "not-present-at-opening"
    CHOICE_UNKNOWN = "choice-unknown"
    ALREADY_CAST = "already-cast"
    NOT_ELECTRONIC = "not-electronic"
    NOT_BY_HANDS = "not-by-hands"
    COUNTS_MISSING = "counts-missing"
    COUNTS_TOO_MANY = "counts-too-many"
    ENTRY_UNKNOWN = "entry-unknown"
    ENTRY_WAITING = "entry-waiting"
    ALREADY_CONFIRMED = "already-confirmed"
    SAME_PERSON = "same-person"
    # part by part, drafts changed, roll calls, votes entered afterwards, straw polls
    PARTS_UNFINISHED = "parts-unfinished"
    WHOLE_NOT_DRAFT = "whole-not-draft"
    PART_OF_PART = "part-of-part"
    POLL_HAS_PARTS = "poll-has-parts"
    SEEN_OTHER = "seen-other"
    TOO_MANY_CHANGES = "too-many-changes"
    NOT_ROLL_CALL = "not-roll-call"
    NOT_CALLED = "not-called"
    PAST_POLL_TIME = "past-poll-time"
    STRAW_RUNNING = "straw-running"
    STRAW_NOT_OPEN = "straw-not-open"
    # excuses
    EXCUSE_UNKNOWN = "excuse-unknown"
    EXCUSE_ANSWERED = "excuse-answered"
    EXCUSE_DAY = "excuse-day"
    EXCUSE_TWICE = "excuse-twice"
    EXCUSE_FILE_KIND = "excuse-file-kind"
    # what is on file
    ALREADY_ON_FILE = "already-on-file"
    STILL_IN_USE = "still-in-use"
    TEXT_UNFIT = "text-unfit"
    SEAT_TAKEN = "seat-taken"
    NAME_TWICE = "name-twice"
    GROUP_UNKNOWN = "group-unknown"
    COMMITTEE_UNKNOWN = "committee-unknown"
    GUEST_UNKNOWN = "guest-unknown"
    ACCOUNT_UNKNOWN = "account-unknown"
    ACCOUNT_TAKEN = "account-taken"
    LOGIN_UNFIT = "login-unfit"
    PASSWORD_WEAK = "password-weak"  # noqa: S105 - a code, not a secret
    MEMBER_HAS_ACCOUNT = "member-has-account"
    ROLE_NOT_YOURS = "role-not-yours"
    LAST_CLERK = "last-clerk"
    SHEET_UNREADABLE = "sheet-unreadable"
    SHEET_NO_NAMES = "sheet-no-names"
    IMPORT_UNKNOWN = "import-unknown"
    IMPORT_UNCLEAN = "import-unclean"
    CARDS_SHOWN = "cards-shown"
    PHOTO_UNFIT = "photo-unfit"
    # papers
    DOCUMENT_UNKNOWN = "document-unknown"
    DOCUMENT_WITHDRAWN = "document-withdrawn"
    DOCUMENT_IN_USE = "document-in-use"
    VERSION_UNKNOWN = "version-unknown"
    VERSION_SENT = "version-sent"
    VERSION_TWICE = "version-twice"
    NOTHING_TO_SEND = "nothing-to-send"
    SECRET_PAPER = "secret-paper"  # noqa: S105 - a code, not a secret
    PAPER_TOO_LARGE = "paper-too-large"
    PAPER_EMPTY = "paper-empty"
    PAPER_TYPE = "paper-type"
    PAPER_DAMAGED = "paper-damaged"
    PAPER_ENCRYPTED = "paper-encrypted"
    PAPER_MACROS = "paper-macros"
    PAPER_BOMB = "paper-bomb"
    PAPER_TOO_MANY_PAGES = "paper-too-many-pages"
    PAPER_TOO_SLOW = "paper-too-slow"
    PAPERS_FULL = "papers-full"
    NOTE_UNKNOWN = "note-unknown"
    TOO_MANY_NOTES = "too-many-notes"
    # the machine (faults, not rules)
    STORAGE_FAULT = "storage-fault"
    INTERNAL_ERROR = "internal-error"


class Refusal(Struct, frozen=True, omit_defaults=True):
    """A rule says no. Expected, never logged as an error; nothing has changed.

    `detail` is for the reader of a log or an API answer (which field, which limit), never a sentence
    for the screen.
    """

    code: Code
    detail: str = ""


class Fault(Exception):
    """The machine cannot (disk full, disk gone). 503, a banner on every screen, the health page."""

    def __init__(self, code: Code, detail: str = "") -> None:
        super().__init__(f"{code}: {detail}")
        self.code = code
        self.detail = detail
