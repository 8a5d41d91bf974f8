"""After the meeting: ledger, minutes and API, each read by itself and held against the hand-written table."""

import json
import re
import sqlite3
import subprocess
import sys
from collections import Counter
from contextlib import closing
from typing import Any

from tests.demo.running import PATIENCE_SECONDS, ROOT
from tests.journey import whole_meeting_table as table
from tests.journey.whole_meeting_house import House

_IN_ORDER = (
    table.PROGRAMME,
    table.LIST_FIRST,
    table.TELLERS,
    table.LIST_SECOND,
    *table.RESOLUTIONS,
    table.CONFIRMING,
    table.ON_QUESTIONS,
)
"""As they were announced; the void one is not among them."""


def the_api_agrees(house: House) -> None:
    """What programs are told."""
    view = house.view()
    assert view["meeting"]["stage"] == "closed"
    assert len(view["agenda"]) == 24
    assert [item["number"] for item in view["agenda"]] == [number for number, *_ in table.AGENDA]
    polls = {poll["poll"]: poll for poll in view["polls"]}
    told = sorted((p for p in polls.values() if p["state"] == "announced"), key=lambda p: str(p["opened"]))
    assert len(told) == len(_IN_ORDER)
    for poll, vote in zip(told, _IN_ORDER, strict=True):
        tally = poll["result"]["tally"]
        found = [tally[name] for name in ("n", "present", "for", "against", "abstain", "not_pressed")]
        wanted = [27, vote.present, vote.in_favour, vote.against, vote.abstain, vote.no_press]
        assert found == wanted, poll["subjects"]
        assert poll["result"]["adopted"] is vote.adopted
        assert poll["result"]["percent_for"].replace(".", ",") == vote.percent
        assert not vote.question or poll["subjects"][0]["question"] == vote.question
    (void,) = [poll for poll in polls.values() if poll["state"] == "void"]
    assert void["subjects"][0]["question"] == table.MISTITLED
    (again,) = [poll for poll in told if poll.get("repeats") == void["poll"]]
    assert again["subjects"][0]["question"] == table.RESOLUTIONS[table.REPEATED].question
    for election, paper in zip(view["elections"], table.ROUNDS, strict=True):
        the_round_agrees(election, paper)


def the_round_agrees(election: dict[str, Any], paper: table.Round) -> None:
    result = election["result"]
    found = [result[name] for name in ("issued", "collected", "valid", "invalid")]
    assert found == [paper.issued, len(paper.papers), paper.valid, paper.invalid]
    lines = {line["name"]: line for line in result["lines"]}
    for name, (yes, percent) in zip(table.CANDIDATES, (paper.first, paper.second), strict=True):
        assert lines[name]["marks"]["yes"] == yes
        assert lines[name]["percent"].replace(".", ",") == percent
        assert lines[name].get("chosen", False) is (paper.chosen and name == table.CANDIDATES[0])


def the_ledger_agrees(house: House) -> None:
    """`verify-ledger`, then the entries themselves: who was here, who pressed what last, what stands on each paper."""
    done = subprocess.run(
        [sys.executable, "-m", "appliance", "verify-ledger", "--data", str(house.data)],
        cwd=ROOT, check=False, text=True, capture_output=True, timeout=PATIENCE_SECONDS,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout
    events = read_events(house)
    opened = [event for event in events if event["type"] == "PollOpened"]
    announced = {event["poll"] for event in events if event["type"] == "PollAnnounced"}
    votes = [event for event in opened if event["poll"] in announced]
    assert len(votes) == len(_IN_ORDER)
    for poll, vote in zip(votes, _IN_ORDER, strict=True):
        found = counts(events, poll["poll"])
        assert found == (vote.in_favour, vote.against, vote.abstain), vote
    (void,) = [event["poll"] for event in opened if event["poll"] not in announced]
    assert counts(events, void) == (table.BEFORE_THE_ERROR, 0, 0)
    rounds = list(dict.fromkeys(event["election"] for event in events if event["type"] == "PaperKeyed"))
    for election, paper in zip(rounds, table.ROUNDS, strict=True):
        keyed = [event for event in events if event["type"] == "PaperKeyed" and event["election"] == election]
        again = [event["paper"] for event in keyed if event.get("again")]
        assert again == ([paper.misread] if paper.misread else [])
        assert len(keyed) == 2 * len(paper.papers) + len(again)
    assert sum(event["type"] == "PledgeMade" for event in events) == 1
    assert sum(event["type"] == "QuestionAnswered" for event in events) == 3
    assert [event["type"] for event in events if event["type"].startswith("Sitting")] == [
        "SittingOpened", "SittingClosed", "SittingOpened", "SittingClosed",
    ]  # fmt: skip
    private = json.dumps(events, ensure_ascii=False)
    assert "đi công tác" not in private and "việc gia đình" not in private  # noqa: PT018


def read_events(house: House) -> list[dict[str, Any]]:
    """By SQLite and JSON alone: nothing of the appliance reads along."""
    with closing(sqlite3.connect(f"file:{house.data / 'ledger.db'}?mode=ro", uri=True)) as file:
        bodies = [json.loads(row[0]) for row in file.execute("SELECT body FROM entries ORDER BY position")]
    return [event for body in bodies for event in body["events"]]


def counts(events: list[dict[str, Any]], poll: str) -> tuple[int, int, int]:
    """The last word of each member, or the clerk's last count of hands."""
    of_it = [event for event in events if event.get("poll") == poll]
    hands = [event for event in of_it if event["type"] == "CountsEntered"]
    if hands:
        return hands[-1]["for"], hands[-1]["against"], hands[-1]["abstain"]
    last = {event["member"]: event["choice"] for event in of_it if event["type"] == "BallotCast"}
    tally = Counter(last.values())
    return tally["for"], tally["against"], tally["abstain"]


def the_minutes_agree(house: House) -> None:
    """The page as the clerk prints it."""
    page = house.clerk
    page.goto(f"{house.base}/minutes")
    text = re.sub(r"\s+", " ", page.locator("main").inner_text())
    for number, _, title, *_ in table.AGENDA:
        assert f"{number}. {title}" in text
    for vote in _IN_ORDER:
        sentence = (
            f"có {vote.present}/27 đại biểu có mặt; {vote.in_favour} đại biểu tán thành, bằng {vote.percent} % "
            f"tổng số đại biểu HĐND; {vote.against} đại biểu không tán thành; "
            f"{vote.abstain + vote.no_press} đại biểu không biểu quyết."
        )
        assert text.count(sentence) >= 1, sentence
        assert vote.question in text
    for vote in table.RESOLUTIONS:
        adopted = f"{vote.question} ({vote.in_favour}/27 đại biểu tán thành"
        assert (adopted in text) is vote.adopted
    assert "sai năm trong tên dự thảo" in text
    for paper in table.ROUNDS:
        for at, (yes, percent) in enumerate((paper.first, paper.second)):
            no = paper.valid - yes
            assert f"{table.CANDIDATES[at]} {yes} {no} 0 {percent} %" in text
    who, what, _, day = table.PLEDGE
    for words in (*table.CANDIDATES, *(subject for _, _, subject, _ in table.QUESTIONS), who, what, day):
        assert words in text, words
    for roll in (table.MORNING_ROLL, table.AFTERNOON_ROLL):
        assert roll in text
    assert text.count(f"{table.NAMES[table.AWAY]}: vắng có lý do (đi công tác)") == 2
    assert f"{table.NAMES[table.LEAVES]}: về sớm, rời phòng họp lúc" in text
    assert f"{table.NAMES[table.LEAVES]}: vắng có lý do (việc gia đình)" in text
