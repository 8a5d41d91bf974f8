"""The section that tells what is on the hall's screens. Pure."""

from appliance.core.scene import Scene, SceneKind
from appliance.core.state import Meeting
from appliance.server.live.audiences import DESK, Around, Audience
from appliance.server.view import QueuedView, SceneView, StageView


def stage(state: Meeting, around: Around, audience: Audience) -> StageView | None:
    """Delegates see it too, to follow on their tablets what the hall is shown; the queue is the desks'."""
    if not state.ledger:
        return None
    shown = state.hall.shown
    left = around.hall_remaining_ms() if shown.kind is SceneKind.COUNTDOWN else None
    queue = None
    if audience in DESK:
        queue = tuple(QueuedView(queued.entry, _view(queued.scene, None)) for queued in state.hall.queue)
    return StageView(_view(shown, left), queue)


def _view(scene: Scene, remaining_ms: int | None) -> SceneView:
    return SceneView(
        scene.kind, scene.text, scene.seconds, remaining_ms, scene.document, scene.sha256, scene.page, scene.pages
    )
