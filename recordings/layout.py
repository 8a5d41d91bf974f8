"""Where everything lies: names only, nothing is opened here.

<data>/                       the recorder's own; the web server cannot read it
  recorder.key                Ed25519, mode 0600
  preview.jpg                 the newest key frame, for the chair's and technician's screens
  takes/<take>/
    take.json                 what the take is of (TakeNote)
    s000001.ts …              segments, numbered through the whole take, never used twice
    manifest.jsonl            one line a closed segment or gap, each with the hash of the line before
    head.json                 the signed end of the manifest
    captions.vtt              if somebody put it there
    verified.json, published.json     written by the finishing of the take
  marks/<ledger>.json         the chapter marks that the appliance told, for the whole meeting
<public>/                     what the web server serves
  live/                       the live stream: playlist and segments as files; empty while private
  video/<ledger>/             the meeting's video on demand: index.m3u8, chapters, posters, files
  everything else             the portal's (the appliance's package), not the recorder's
"""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Layout:
    """The recorder's folders."""

    data: Path
    public: Path

    @property
    def key(self) -> Path:
        """The recorder's key."""
        return self.data / "recorder.key"

    @property
    def preview(self) -> Path:
        """The newest picture."""
        return self.data / "preview.jpg"

    @property
    def takes(self) -> Path:
        """All takes."""
        return self.data / "takes"

    @property
    def live(self) -> Path:
        """The live stream's files."""
        return self.public / "live"

    def take(self, take: str) -> "TakeFolder":
        """One take's folder."""
        return TakeFolder(self.takes / take)

    def marks(self, ledger: str) -> Path:
        """The chapter marks of one meeting."""
        return self.data / "marks" / f"{ledger}.json"

    def video(self, ledger: str) -> Path:
        """One meeting's published video."""
        return self.public / "video" / ledger


@dataclass(frozen=True, slots=True)
class TakeFolder:
    """One take's files."""

    path: Path

    @property
    def note(self) -> Path:
        """What the take is of."""
        return self.path / "take.json"

    @property
    def manifest(self) -> Path:
        """The chained lines."""
        return self.path / "manifest.jsonl"

    @property
    def head(self) -> Path:
        """The signed end of the manifest."""
        return self.path / "head.json"

    @property
    def captions(self) -> Path:
        """Subtitles, if somebody made them."""
        return self.path / "captions.vtt"

    @property
    def verified(self) -> Path:
        """When and how the manifest was last found whole."""
        return self.path / "verified.json"

    @property
    def published(self) -> Path:
        """When and as what the take was published."""
        return self.path / "published.json"

    def segment(self, number: int) -> Path:
        """The file of segment `number`, from 1 on."""
        return self.path / f"s{number:06d}.ts"
