"""All of the papers' routes, and the task that follows the papers process, added to the app."""

from flask import Flask

from appliance.server.papers.notes import NotePages
from appliance.server.papers.progress import watch
from appliance.server.papers.reading import Reading
from appliance.server.papers.upload import Upload
from appliance.server.parts import Page, Parts
from appliance.services.paper_shelf import PaperShelf


def pages(shelf: PaperShelf, largest: int) -> Page:
    """What adds them. `largest`: the greatest file that is taken, in bytes."""

    def add(app: Flask, parts: Parts) -> None:
        Reading(parts, shelf, largest).add(app)
        Upload(parts, shelf, largest).add(app)
        NotePages(parts, shelf).add(app)
        parts.tasks.append(("the papers' progress", lambda: watch(parts, shelf)))

    return add
