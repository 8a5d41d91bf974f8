"""The sample council and its meeting: what a visitor finds when the demo begins."""

import re
import unicodedata
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from appliance.adapters.memory import HashSigner, InlineWriter, MemoryFacts, MemoryLedger
from appliance.config import Config, rule_profile
from appliance.core.ballot_paper import Matter
from appliance.core.ledger import read, sha256, verify
from appliance.core.minutes_draft import draft
from appliance.core.people import MemberFacts
from appliance.core.state import Facts, Meeting, PollState, Standing
from appliance.demo import agenda, sample_papers
from appliance.demo import council as people
from appliance.demo.meeting import EXCUSED, FIRST_POLL, LATE, UNHEARD_OF, ProgrammeClock, SampleMeeting
from appliance.demo.plan import PLAN, sample_plan
from appliance.services.chamber import Chamber
from appliance.services.credentials import weak_password, weak_pin

NOW = datetime(2026, 12, 18, 8, 42, tzinfo=UTC)


@pytest.fixture(scope="module")
def chamber() -> Chamber:
    members = people.members()
    facts = Facts(
        council=people.COUNCIL,
        term=people.TERM,
        profile=rule_profile(Config().rules),
        roster=tuple(MemberFacts(m.id, m.name, m.group, m.seat or "", m.office) for m in members),
        chairs={people.CHAIR.account: people.CHAIR.name},
        plan=sample_plan(NOW),
        documents=sample_papers.refs(),
    )
    store = MemoryLedger()
    clock = ProgrammeClock.before(NOW)
    chamber = Chamber(store, InlineWriter(store), MemoryFacts(facts), clock, HashSigner())
    SampleMeeting(chamber, clock).play()
    return chamber


@pytest.fixture
def state(chamber: Chamber) -> Meeting:
    return chamber.durable


def test_the_council_has_27_delegates_in_six_groups_each_with_a_seat() -> None:
    members = people.members()
    assert len({m.id for m in members}) == len({m.seat for m in members}) == 27
    assert sorted(Counter(m.group for m in members).values(), reverse=True) == [5, 5, 5, 4, 4, 4]
    assert [*[m.seat for m in members][:2], members[-1].seat] == ["01", "02", "27"]


def test_the_council_holds_what_real_lists_hold() -> None:
    names = [m.name for m in people.members()]
    bare = [re.sub(r" \(.*\)", "", name) for name in names]
    assert len(set(names)) == 27
    assert Counter(bare)["Nguyễn Văn Mẫu An"] == 2
    assert max(len(name) for name in bare) > 30
    assert {name.split()[-1][0] for name in bare} >= {"Đ", "Ê", "Â", "Á"}
    assert 0.35 <= sum(" Thị " in name for name in bare) / 27 <= 0.4
    assert all(unicodedata.is_normalized("NFC", name) for name in names)


def test_delegates_without_an_office_of_their_own_are_listed_by_given_name() -> None:
    letters = "aáàảãạăâbcdđeêghiklmnoóòỏõọôơpqrstuưvxy"
    given = [re.sub(r" \(.*\)", "", m.name).split()[-1].lower() for m in people.members()[7:]]
    order = [[letters.index(c) for c in unicodedata.normalize("NFC", name[:2]) if c in letters] for name in given]
    assert [o[0] for o in order] == sorted(o[0] for o in order)


def test_the_demo_passwords_and_pin_would_be_taken_by_a_real_installation() -> None:
    assert not weak_pin(people.PIN)
    assert not any(weak_password(a.password, a.account) for a in people.ACCOUNTS)
    assert all(len(people.card_of(m.id)) >= 22 for m in people.members())


def test_the_meeting_is_at_item_20_with_its_drafts_ready_and_no_poll_open(state: Meeting) -> None:
    assert len(state.items) == 24
    assert state.current_item == agenda.item_id(20)
    here = [p for p in state.polls.values() if p.subjects[0].item == state.current_item]
    assert [p.poll for p in here] == [f"nq{i}" for i in range(1, 9)]
    assert here[0].poll == FIRST_POLL
    assert {p.state for p in here} == {PollState.DRAFT}
    assert state.running_poll is None


def test_each_draft_resolution_names_the_newest_paper_that_delegates_were_sent(state: Meeting) -> None:
    on_file = {document.id: document for document in sample_papers.documents(PLAN, NOW)}
    folder = Path(sample_papers.__file__).with_name("papers")
    for number in range(1, len(agenda.RESOLUTIONS) + 1):
        document = state.polls[f"nq{number}"].subjects[0].document
        newest = on_file[f"nq{number}"].versions[-1]
        assert document is not None
        assert document.sha256 == newest.sha256 == sha256((folder / newest.name).read_bytes())
    hashes = {p.subjects[0].document.sha256 for p in state.polls.values() if p.subjects[0].document}
    assert len(hashes) == 8


def test_24_are_in_the_room_and_the_roll_is_still_to_be_played(state: Meeting) -> None:
    sitting = state.sitting
    assert sitting is not None
    assert (sitting.n, len(sitting.present())) == (27, 24)
    assert sitting.roll[EXCUSED].standing is Standing.EXCUSED
    assert sitting.roll[LATE].standing is Standing.EXPECTED
    assert sitting.roll[UNHEARD_OF].standing is Standing.EXPECTED


def test_the_morning_left_votes_by_hands_and_by_buttons_on_record(state: Meeting) -> None:
    told = {p.poll: p for p in state.polls.values() if p.state is PollState.ANNOUNCED}
    assert {p.method.value for p in told.values()} == {"hands", "electronic"}
    assert all(p.adopted and p.matter is Matter.OTHER for p in told.values())
    assert {b.by for b in state.ballots["bkp"].values()} == {"tablet", "panel"}


def test_the_sample_ledger_passes_the_check_of_real_ones_and_no_time_in_it_is_doubtful(chamber: Chamber) -> None:
    store = chamber.store
    assert isinstance(store, MemoryLedger)
    ledger = store.head().ledger
    checked = verify(store.rows(ledger), HashSigner().check)
    assert checked.bad is None
    assert checked.checkpoints == 3
    assert not any(entry.time_doubtful for entry in read(body for _, _, body in store.rows(ledger)))


def test_the_meeting_came_to_item_20_two_minutes_ago(chamber: Chamber) -> None:
    assert chamber.durable.items["i20"].started[-1] == NOW - timedelta(minutes=2)


def test_its_minutes_show_who_was_late_and_who_was_absent(chamber: Chamber) -> None:
    minutes = draft(read(body for _, _, body in chamber.store.rows(chamber.head.ledger)))
    assert minutes is not None
    morning, afternoon = minutes.sittings
    assert [a.facts.member for a in morning.roll if a.late] == [LATE]
    assert [a.facts.member for a in morning.absent] == [EXCUSED]
    assert {a.facts.member for a in afternoon.absent} == {EXCUSED, LATE, UNHEARD_OF}
    assert [p.number for p in minutes.passages] == [str(i) for i in range(1, 21)]
