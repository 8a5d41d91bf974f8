"""The way into a rehearsal and back: written down first, told after, and never out of an open sitting."""

from dataclasses import dataclass, field

import pytest

from appliance.adapters.memory import MemoryMode
from appliance.core import commands as c
from appliance.core.people import Actor
from appliance.core.refusals import Code, Fault, Refusal
from appliance.core.state import MeetingStage
from appliance.services.answers import Accepted, Answer
from appliance.services.rehearsal import Mode, Rehearsals, convene_what_is_rehearsed, must_fit
from appliance.services.rehearsal_commands import EndRehearsal, RehearsalCommand, StartRehearsal
from tests.house import CHAIR, CLERK, HALL, TECHNICIAN, House, accepted, convene, fresh_id, member, sit


@dataclass(slots=True)
class Stand:
    """Rehearsals around a house; `ended` counts how often the server was told to start anew."""

    house: House
    store: MemoryMode = field(default_factory=MemoryMode)
    ended: int = 0

    def give(self, command: RehearsalCommand, actor: Actor = CLERK) -> Answer:
        """The answer, from a process that began in the mode that is written down."""
        answers: list[Answer] = []
        chamber = self.house.chamber
        way = Rehearsals(
            self.store, self.store.read(), lambda: chamber.durable, lambda: chamber.head.seq, lambda call: call(),
            self._leave,
        )  # fmt: skip
        way.handle(command, actor, answers.append)
        assert len(answers) == 1
        return answers[0]

    def _leave(self) -> None:
        self.ended += 1


def start() -> StartRehearsal:
    return StartRehearsal(id=fresh_id())


def end() -> EndRehearsal:
    return EndRehearsal(id=fresh_id())


def code_of(answer: Answer) -> Code:
    assert isinstance(answer, Refusal)
    return answer.code


def test_into_a_rehearsal_and_back() -> None:
    stand = Stand(convene(House.of()))
    assert isinstance(stand.give(start()), Accepted)
    assert stand.store.mode.rehearsal
    assert isinstance(stand.give(end()), Accepted)
    assert not stand.store.mode.rehearsal
    assert stand.ended == 2


def test_the_same_command_again_gets_its_answer_and_starts_nothing() -> None:
    stand, command = Stand(House.of()), start()
    assert isinstance(stand.give(command), Accepted)
    assert isinstance(stand.give(command), Accepted)
    assert stand.ended == 1


def test_what_is_already_so_is_refused() -> None:
    stand = Stand(House.of())
    assert code_of(stand.give(end())) is Code.NOT_REHEARSING
    stand.give(start())
    assert code_of(stand.give(start())) is Code.ALREADY_REHEARSING
    assert stand.ended == 1


def test_nobody_rehearses_while_a_sitting_of_the_record_is_open() -> None:
    stand = Stand(sit(convene(House.of())))
    assert code_of(stand.give(start())) is Code.SITTING_ALREADY_OPEN
    assert (stand.store.mode, stand.ended) == (Mode(), 0)
    accepted(stand.house.give(CHAIR, c.CloseSitting))
    assert isinstance(stand.give(start()), Accepted)


@pytest.mark.parametrize("actor", [CHAIR, TECHNICIAN, HALL, member(1)])
def test_it_is_the_clerks_to_decide(actor: Actor) -> None:
    stand = Stand(House.of())
    assert code_of(stand.give(start(), actor)) is Code.NOT_ALLOWED
    assert (stand.store.mode, stand.ended) == (Mode(), 0)


def test_a_disk_that_refuses_leaves_everything_as_it_was() -> None:
    stand = Stand(House.of())
    stand.store.broken = True
    assert code_of(stand.give(start())) is Code.STORAGE_FAULT
    assert stand.ended == 0
    stand.store.broken = False
    assert isinstance(stand.give(start()), Accepted)


def test_a_ledger_says_of_itself_which_it_is_and_never_lies_in_the_place_of_the_other() -> None:
    record, rehearsed = convene(House.of()), House.of()
    rehearsed.chamber.rehearsal = True
    convene(rehearsed)
    assert rehearsed.restarted().state.rehearsal, "also after a power cut"
    must_fit(record.state, Mode())
    must_fit(rehearsed.state, Mode(rehearsal=True))
    must_fit(House.of().state, Mode(rehearsal=True))
    with pytest.raises(Fault, match="rehearsal's ledger"):
        must_fit(rehearsed.state, Mode())
    with pytest.raises(Fault, match="the record"):
        must_fit(record.state, Mode(rehearsal=True))


def test_a_plan_that_is_not_there_any_more_convenes_nothing() -> None:
    house = House.of()
    convene_what_is_rehearsed(house.chamber, {}, Mode(rehearsal=True, command=fresh_id(), plan="p1", by="clerk"))
    assert house.state.stage is MeetingStage.NONE
