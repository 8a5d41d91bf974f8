"""The papers process killed at its work, and gone: the meeting goes on, and so do the papers."""

from appliance.core import commands as c
from tests.house import CHAIR, CLERK, convene
from tests.papers import files as f
from tests.papers.house import PapersHouse


def test_without_the_papers_process_papers_wait_and_the_meeting_goes_on() -> None:
    with PapersHouse(process=False) as house:
        document = house.upload(f.pdf(["chờ"])).json()["document"]
        clerk = house.screen("clerk")
        view = clerk.wait_for("push", lambda b: bool((b["changed"].get("papers") or {}).get("jobs")))["changed"][
            "papers"
        ]
        assert (view["online"], view["waiting"], view["jobs"][0]["state"]) == (False, 1, "queued")
        convene(house.server)
        house.server.give(CLERK, c.AddItem, item="i9", number="9", title="Nội dung")
        house.server.give(CHAIR, c.OpenSitting)
        house.start()
        assert house.settled(document)["versions"][0]["state"] == "ready"


def test_killed_in_the_middle_of_a_paper_it_begins_it_again() -> None:
    with PapersHouse() as house:
        clerk = house.screen("clerk")
        document = house.upload(f.report(12)).json()["document"]
        clerk.wait_for("push", lambda b: any(j["done"] for j in (b["changed"].get("papers") or {}).get("jobs", [])))
        house.kill()
        house.start()
        version = house.settled(document)["versions"][0]
        assert (version["state"], version["pages"]) == ("ready", 12)
