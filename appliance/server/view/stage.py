"""What the hall's big screens show."""

from msgspec import Struct

from appliance.core.scene import SceneKind


class SceneView(Struct, frozen=True):
    """One scene; `auto` follows the meeting by its other sections."""

    kind: SceneKind
    text: str = ""
    seconds: int | None = None
    remaining_ms: int | None = None
    """Of a countdown that is shown, when this was sent; count on from then."""
    document: str | None = None
    sha256: str | None = None
    page: int = 1
    pages: int | None = None


class QueuedView(Struct, frozen=True):
    """A scene that waits its turn, first to be shown first."""

    entry: str
    scene: SceneView


class StageView(Struct, frozen=True):
    """Section `stage`: what is on the hall's screens; what waits, for the desks alone."""

    shown: SceneView
    queue: tuple[QueuedView, ...] | None = None
