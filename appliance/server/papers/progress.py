"""Section `papers`: looks twice a second, off the hub, at what the papers process has done, and tells the clerk."""

import gevent

from appliance.core.paper_rights import PaperState
from appliance.core.refusals import Fault
from appliance.server.parts import Parts
from appliance.server.view import PaperJob, PapersView
from appliance.services.paper_shelf import PaperShelf, Prepared, Working

LOOK_SECONDS = 0.5


def watch(parts: Parts, shelf: PaperShelf) -> None:
    """A task that never ends. A disk that refuses is told elsewhere; here it is only looked at again."""
    while True:
        try:
            view = view_of(parts.hub.offload(shelf.look))
        except Fault:
            gevent.sleep(LOOK_SECONDS * 4)
            continue
        if view != parts.screens.around.papers:
            parts.screens.surroundings(papers=view)
        gevent.sleep(LOOK_SECONDS)


def view_of(prepared: Prepared) -> PapersView:
    """As the clerk is shown it."""
    waiting = sum(1 for work in prepared.working if work.version.state is PaperState.QUEUED)
    return PapersView(prepared.online, prepared.sandbox, waiting, tuple(_job(work) for work in prepared.working))


def _job(work: Working) -> PaperJob:
    document, version, progress = work.document, work.version, work.progress
    return PaperJob(
        document=document.id,
        sha256=version.sha256,
        title=document.title,
        name=version.name,
        state=version.state if progress is None else PaperState.WORKING,
        done=progress.done if progress is not None else 0,
        total=progress.total if progress is not None else 0,
        problem=version.problem,
    )
