"""The pages: a meeting as it is known becomes files in both languages.

A page is rendered whole, so that it can be read without scripts; the scripts (`web/src/portal`) make it lively.
What they need stands in the page: their words, and addresses as `data-` attributes.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

import msgspec
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup
from msgspec import Struct

from appliance.core.broadcast import Frame, Sentences, sentences_of, stage_of
from appliance.core.public_record import PublicRecord
from appliance.portal.bundle import Bundle
from appliance.portal.files import Files
from appliance.portal.meeting_view import MeetingView, meeting_view
from appliance.portal.papers import by_item, name_of
from appliance.portal.texts import LANGUAGES, Texts, days_in_words, folded
from appliance.portal.video import Video
from appliance.portal.web_server import page_policy
from appliance.services.paper_spool import PublicPaper

LAST_MEETINGS: Final = 5
_SCRIPT_WORDS: Final = (
    "behind", "captions", "chapters", "link_copied", "no_item", "no_poll", "no_speaker", "presenter", "item", "adopted",
    "rejected", "search_found", "search_none", "for", "against", "in_step", "not_voting", "waiting",
)  # fmt: skip
_SCRIPT_PREFIXES: Final = ("card_", "poll_", "now_")


class Known(Struct, frozen=True):
    """One meeting, and its video if that is published."""

    record: PublicRecord
    video: Video | None = None
    papers: tuple[PublicPaper, ...] = ()


class Site:
    """Writes pages and data into the public folder. Raises OSError when the disk refuses."""

    def __init__(self, files: Files, texts: Sequence[Texts], bundle: Bundle, *, sample: bool = False) -> None:
        self._files = files
        self._texts = {t.language: t for t in texts}
        self._bundle = bundle
        self._sample = sample
        self._pages = Environment(
            loader=PackageLoader("appliance.portal"), autoescape=True, undefined=StrictUndefined, trim_blocks=True,
            lstrip_blocks=True,
        )  # fmt: skip
        self.sentences: Sentences = {t.language: t.sentence for t in texts}

    def write_lists(self, meetings: Sequence[Known]) -> None:
        """Home page, archive, and the list for programs; `meetings` oldest first."""
        newest = meetings[-1].record if meetings else PublicRecord()
        held = [m for m in reversed(meetings) if m.record.sittings]
        shown = {
            "record": newest,
            "stage": stage_of(newest),
            "coming": [m for m in meetings if stage_of(m.record) == "before"],
            "last": held[:LAST_MEETINGS],
            "held": held,
            "search_text": _search_text,
        }
        self._page("index", "index.html", newest.council, shown)
        self._page("archive", "archive/index.html", newest.council, shown)
        self._page("not_found", "404.html", newest.council, {"record": newest}, root="/")
        self._files.write("data/meetings.json", _json([self._summary(m) for m in reversed(meetings)]))

    def write_watch(self, record: PublicRecord, frame: Frame | None) -> None:
        """The live page, with what is known now for a browser without scripts."""
        shown = {"record": record, "stage": stage_of(record), "frame": frame}
        self._page("watch", "watch.html", record.council, shown)

    def write_live(self, record: PublicRecord, frames: Sequence[Frame]) -> None:
        """What stands beside the picture."""
        about = {"ledger": record.ledger, "council": record.council, "title": record.title, "place": record.place}
        self._files.write("data/live.json", _json({"meeting": about, "frames": frames}))

    def write_meeting(self, known: Known) -> None:
        """A meeting's page and its open data."""
        record, video = known.record, known.video
        where = f"meetings/{record.ledger}/index.html"
        for texts in self._texts.values():
            view: MeetingView = meeting_view(record, video, texts, self.sentences)
            papers = by_item(record, known.papers)
            shown = {"record": record, "video": video, "view": view, "stage": stage_of(record), "papers": papers}
            self._write_page("meeting", where, record.council, shown, texts, None)
        self._files.write(f"data/meetings/{record.ledger}.json", _json(self._open_data(known)))

    def _summary(self, known: Known) -> dict[str, object]:
        record, video = known.record, known.video
        return {
            "ledger": record.ledger,
            "council": record.council,
            "title": record.title,
            "place": record.place,
            "stage": stage_of(record),
            "convened": record.convened.time if record.convened else None,
            "sittings": [
                {"name": s.name, "opened": s.opened.time, "closed": s.closed.time if s.closed else None}
                for s in record.sittings
            ],
            "seconds_of_video": video.seconds if video else None,
            "page": f"meetings/{record.ledger}/",
            "data": f"data/meetings/{record.ledger}.json",
        }

    def _open_data(self, known: Known) -> Mapping[str, object]:
        record = known.record
        found: dict[str, Any] = msgspec.to_builtins(record)
        papers = (paper for item in by_item(record, known.papers) for paper in item.papers)
        found["papers"] = [{**msgspec.to_builtins(paper), "file": name_of(paper.sha256)} for paper in papers]
        for told, poll in zip(found["polls"], record.polls, strict=True):
            told["sentence"] = sentences_of(poll, self.sentences)
        return found

    def _page(self, name: str, path: str, council: str, shown: Mapping[str, object], root: str | None = None) -> None:
        for texts in self._texts.values():
            self._write_page(name, path, council, shown, texts, root)

    def _write_page(
        self, name: str, path: str, council: str, shown: Mapping[str, object], texts: Texts, root: str | None
    ) -> None:
        own = "" if texts.language == LANGUAGES[0] else f"{texts.language}/"
        other = f"{LANGUAGES[1]}/" if own == "" else ""
        up = root if root is not None else "../" * f"{own}{path}".count("/")
        body = self._pages.get_template(f"{name}.html").render(
            t=texts,
            say=texts.say,
            paper_file=name_of,
            root=up,
            home=f"{up}{own}",
            here=name,
            other=f"{up}{other}{_tidy(path)}" or "./",
            council=council or texts.say("site"),
            loads=self._bundle.of(name),
            policy=page_policy(),
            sample=self._sample,
            words=_in_script(self._script_words(texts)),
            **shown,
        )
        self._files.write(f"{own}{path}", body.encode())

    @staticmethod
    def _script_words(texts: Texts) -> Mapping[str, str]:
        return {
            key: sentence
            for key, sentence in texts.portal.items()
            if key in _SCRIPT_WORDS or key.startswith(_SCRIPT_PREFIXES)
        }


def _search_text(known: Known) -> str:
    """What the archive's search looks through for a meeting as a whole; each item has its own."""
    record = known.record
    days = (days_in_words(s.opened.time) for s in record.sittings)
    return folded(" ".join([record.title, record.council, record.term, record.place, *days, *_polls(record)]))


def _polls(record: PublicRecord) -> Iterable[str]:
    return (subject.question for poll in record.polls for subject in poll.subjects)


def _tidy(path: str) -> str:
    """`archive/index.html` is asked for as `archive/`."""
    return path.removesuffix("index.html")


def _json(value: object) -> bytes:
    return msgspec.json.encode(value)


def _in_script(value: object) -> Markup:
    """JSON that may stand in a `<script>` element: it can neither close it nor open a comment."""
    text = _json(value).decode()
    return Markup(text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026"))  # noqa: S704
