"""Every page, part and state of the product, in the order in which a meeting comes by them.

What looks at every screen (axe, sizes, pictures) goes down this one list; a test holds it against the server's routes,
so that a new page cannot be forgotten. A `Look` is one thing that a person sees: who looks, where, and how to get there
from the address. Looks belong to a moment of the meeting; a moment is brought about once, for both languages.
"""

import re
from collections.abc import Iterator
from typing import Final

from tests.journey import every_page_ways as way
from tests.journey.every_page_house import AWAY, DELEGATE, NOBODY, TELLER, House, Look, Moment, Visit
from tests.journey.every_page_ways import in_tab, page_of, press, reader, record_form, scene, tab, unfold

NO_PAGES: Final = re.compile(
    r"^/(api/|assets/|demo/qr/|favicon\.ico|healthz|metrics|worker\.js|calendar\.ics|(print|minutes|problem)\.css)"
    r"|^/(demo|simulator)\.json|\.docx$"
)
"""Addresses that answer with something that nobody looks at as a page."""

CLERKS_TABS: Final = (
    ("polls", "clerk.tab_polls"),
    ("elections", "election.tab"),
    ("agenda", "clerk.tab_agenda"),
    ("papers", "papers.desk.tab"),
    ("debate", "debate.desk.tab"),
    ("requests", "clerk.tab_requests"),
    ("cards", "clerk.tab_cards"),
    ("panels", "panels.clerk.title"),
    ("stage", "stage.title"),
    ("rehearsal", "rehearsal.title"),
)
SCREENS: Final = (
    Look("delegate", DELEGATE, "/"), Look("chair", "chair", "/chair"), Look("clerk", "clerk", "/clerk"),
    Look("hall", "hall", "/hall"),
)  # fmt: skip
MOMENTS: Final = (
    Moment("first", way.nothing, (
        *(Look(f"sign-in-{path.strip('/').partition('#')[0] or 'delegate'}", NOBODY, path)
          for path in ("/", "/chair", "/clerk", "/count", "/hall", "/technician")),
        Look("sign-in-card", NOBODY, "/#card=x"),
        Look("no-page", NOBODY, "/khong-co"),
        Look("demo", NOBODY, "/demo"), Look("simulator", NOBODY, "/simulator"), Look("offline", NOBODY, "/offline"),
        Look("public-home", NOBODY, "public:"), Look("public-watch", NOBODY, "public:watch.html"),
        Look("public-archive", NOBODY, "public:archive/"), Look("public-meeting", NOBODY, "public:meeting"),
        Look("public-no-page", NOBODY, "public:khong-co"),
        *SCREENS,
        Look("delegate-papers", DELEGATE, "/", tab("delegate.tab_papers")),
        Look("delegate-ask", DELEGATE, "/", tab("delegate.tab_ask")),
        Look("delegate-own", DELEGATE, "/", tab("delegate.tab_own")),
        Look("delegate-text", DELEGATE, "/", unfold("", "debate.text.title")),
        Look("delegate-ease", DELEGATE, "/", press("ease.open")),
        Look("delegate-leave", DELEGATE, "/", press("delegate.leave")),
        Look("delegate-away", AWAY, "/"),
        Look("reader", DELEGATE, "/", reader()),
        Look("reader-notes", DELEGATE, "/", reader("papers.notes")),
        Look("reader-search", DELEGATE, "/", reader("papers.search")),
        Look("reader-text", DELEGATE, "/", reader("papers.as_text")),
        Look("reader-compare", DELEGATE, "/", reader("papers.compare.open")),
        Look("chair-sure", "chair", "/chair", press("script.do.CloseSitting")),
        *(Look(f"clerk-{name}", "clerk", "/clerk", tab(key)) for name, key in CLERKS_TABS),
        Look("clerk-past-vote", "clerk", "/clerk", unfold("clerk.tab_polls", "clerk.past")),
        Look("clerk-pledges", "clerk", "/clerk", in_tab("debate.desk.tab", "debate.desk.pledges")),
        Look("clerk-compare", "clerk", "/clerk", way.compared_at_desk),
        Look("plan", "clerk", "/clerk#plan", way.plans),
        Look("plan-new", "clerk", "/clerk#plan", press("plan.new")),
        Look("plan-item", "clerk", "/clerk#plan", way.plan_item),
        *(Look(f"registry-{part}", "clerk", f"/clerk#registry/{part}", page_of(part))
          for part in ("council", "members", "import", "cards", "seats", "guests", "accounts")),
        Look("registry-import-preview", "clerk", "/clerk#registry/import", way.import_preview),
        Look("registry-guest-form", "clerk", "/clerk#registry/guests", record_form("registry.add_guest")),
        Look("registry-account-form", "clerk", "/clerk#registry/accounts", record_form("registry.add_account")),
        Look("audit", "clerk", "/audit"), Look("minutes", "clerk", "/minutes"),
        Look("print-attendance", "clerk", "/print/attendance"), Look("print-cards", "clerk", "/print/cards"),
        Look("print-invitation", "clerk", "/print/invitation?plan={plan}"),
        Look("print-agenda", "clerk", "/print/agenda?plan={plan}"),
        Look("print-dossier", "technician", "/print/security/dossier"),
        Look("print-incidents", "technician", "/print/security/incidents"),
        Look("technician", "technician", "/technician"),
        Look("machine", "technician", "/technician#machine", way.machine),
        Look("panels", "technician", "/technician#panels", way.panels),
        Look("panels-seat", "technician", "/technician#panels", way.seat),
        Look("panels-swap", "technician", "/technician#panels", way.swap),
        Look("readiness", "technician", "/technician#readiness", way.readiness),
        Look("print-readiness", "technician", "/print/readiness/<report>"),
        Look("readiness-check", "technician", "/technician#readiness", way.check),
        Look("readiness-drop", "technician", "/technician#readiness", press("readiness.drop.open")),
        Look("hall-message", "hall", "/hall", scene(kind="message", text="Giải lao 15 phút. Mời dùng trà")),
        Look("hall-countdown", "hall", "/hall", scene(kind="countdown", text="Phiên họp bắt đầu sau", seconds=600)),
        Look("hall-presence", "hall", "/hall", scene(kind="presence")),
        Look("hall-speakers", "hall", "/hall", scene(kind="speakers")),
        Look("hall-blank", "hall", "/hall", scene(kind="blank")),
        Look("hall-paper", "hall", "/hall", way.paper_scene),
    )),
    Moment("vote", way.vote_opens, SCREENS),
    Moment("counted", way.vote_is_counted, SCREENS),
    Moment("told", way.vote_is_told, SCREENS),
    Moment("straw", way.straw_starts, SCREENS),
    Moment("straw-told", way.straw_ends, SCREENS),
    Moment("roll-call", way.names_are_called, SCREENS),
    Moment("ballots", way.ballots_are_out, (
        *SCREENS,
        Look("clerk-election", "clerk", "/clerk", tab("election.tab")),
        Look("print-ballots", "clerk", "/print/ballots?election=bau"),
        Look("print-count-minutes", "clerk", "/print/count-minutes?election=bau"),
    )),
    Moment("count", way.papers_are_keyed, (
        Look("count", TELLER, "/count"), Look("chair", "chair", "/chair"), Look("hall", "hall", "/hall"),
        Look("clerk-election", "clerk", "/clerk", tab("election.tab")),
    )),
    Moment("elected", way.election_is_told, (
        *SCREENS, Look("count", TELLER, "/count"),
        Look("print-count-minutes", "clerk", "/print/count-minutes?election=bau"),
    )),
    Moment("between", way.sitting_is_over, SCREENS),
    Moment("over", way.meeting_is_over, (*SCREENS, Look("minutes", "clerk", "/minutes"))),
)  # fmt: skip


def walk(house: House, languages: tuple[str, ...] = ("vi", "en")) -> Iterator[tuple[str, Look, Visit]]:
    """Everything, moment by moment: its name, and somebody who looks at it."""
    for moment in MOMENTS:
        moment.begin(house)
        for language in languages:
            for look in moment.looks:
                visit = house.visit(look, language)
                yield f"{moment.name}-{look.name}", look, visit
                visit.page.goto("about:blank")  # a page that is left open goes on working beside all that follow
