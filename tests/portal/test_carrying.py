"""In which order the copy of the public site is brought in line: whoever looks there must see it whole."""

from hypothesis import given
from hypothesis import strategies as st

from appliance.portal.carrying import Account, Stamp, all_but_live, live_only, names_others, plan

_NAMES = st.sampled_from(
    [
        "live/index.m3u8",
        "live/a-1.m4s",
        "live/a-2.m4s",
        "live/state.json",
        "index.html",
        "data/live.json",
        "assets/x.js",
    ]
    + [f"video/m/{name}" for name in ("index.m3u8", "video.json", "t1/s000001.ts", "t1/s000002.ts", "t1.mp4")]
)
_ACCOUNTS = st.dictionaries(_NAMES, st.tuples(st.integers(0, 2), st.integers(0, 2)))


def carried_out(here: Account, there: Account) -> list[tuple[str, Account]]:
    """Each step's kind, and what lies there after it."""
    now: dict[str, Stamp] = dict(there)
    seen: list[tuple[str, Account]] = []
    for step in plan(here, there):
        for name in step.names:
            if step.do == "remove":
                del now[name]
            else:
                now[name] = here[name]
        seen.append((step.do, dict(now)))
    return seen


@given(_ACCOUNTS, _ACCOUNTS)
def test_in_the_end_there_is_what_is_here(here: Account, there: Account) -> None:
    steps = carried_out(here, there)
    assert (steps[-1][1] if steps else there) == here


@given(_ACCOUNTS, _ACCOUNTS)
def test_pictures_come_before_the_playlists_that_name_them_and_go_after(here: Account, there: Account) -> None:
    for _, now in carried_out(here, there):
        renewed = any(names_others(n) and there.get(n) != s and here.get(n) == s for n, s in now.items())
        if renewed:
            assert all(now.get(n) == s for n, s in here.items() if not names_others(n))
        if any(n not in now for n in there if not names_others(n)):
            assert not any(n in now and n not in here for n in there if names_others(n))


@given(_ACCOUNTS)
def test_nothing_is_carried_twice(here: Account) -> None:
    assert not list(plan(here, here))


@given(_ACCOUNTS)
def test_in_private_nothing_live_stays_but_the_word_that_it_is_so(here: Account) -> None:
    assert set(live_only(here, private=True)) <= {"live/state.json"}
    assert not any(name.startswith("live/") for name in all_but_live(here))
