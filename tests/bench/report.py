"""The figures as a table for people and as JSON for programs, and the goals: reached or not, plainly."""

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from tests.bench.rounds import Figures


class Line(NamedTuple):
    """One line of the table: a figure, and the limit it is compared with (if any)."""

    label: str
    own: str
    limit: str | None = None
    against: str = ""


LINES = (
    Line("open → last tablet, ms", "open", "bare push", "bare broadcaster"),
    Line("  the same, limit also durable", "open", "bare durable push", "broadcaster + SQLite"),
    Line("  server CPU a client, µs", "open cpu", "bare push cpu", "bare broadcaster"),
    Line("press → durable p50, ms", "vote p50", "bare sqlite p50", "bare SQLite"),
    Line("press → durable p99, ms", "vote p99", "bare sqlite p99", "bare SQLite"),
    Line("press → durable max, ms", "vote max", "bare sqlite max", "bare SQLite"),
    Line("  p99 beside a bare server", "vote p99", "bare server p99", "bare server + SQLite"),
    Line("server CPU a vote, µs", "vote cpu", "bare vote cpu", "bare server + SQLite"),
    Line("all reconnect, ms", "reconnect", "websockets reconnect", "bare websockets"),
    Line("  beside the least possible", "reconnect", "bare reconnect", "bare handshakes"),
    Line("memory a tablet, KiB", "memory"),
)


class Goal(NamedTuple):
    """One line of the goals: what, for which N and disk, the figure as a number, and its bounds."""

    what: str
    n: int
    slow: bool
    figure: Callable[[Figures], float | None]
    at_most: float
    stretch: float | None = None
    unit: str = "×"


def _ratio(own: str, limit: str) -> Callable[[Figures], float | None]:
    def figure(found: Figures) -> float | None:
        a, b = found.get(own), found.get(limit)
        return None if a is None or not b else a / b

    return figure


def _plain(name: str) -> Callable[[Figures], float | None]:
    return lambda found: found.get(name)


GOALS = (
    Goal("open → last of 500, beside a bare broadcaster", 500, False, _ratio("open", "bare push"), 1.5, 1.25),
    Goal("  its CPU", 500, False, _ratio("open cpu", "bare push cpu"), 2),
    Goal("durable p99, 500, fsync +30 ms", 500, True, _ratio("vote p99", "bare sqlite p99"), 1.1),
    Goal("durable p99, 1000, fsync +30 ms", 1000, True, _ratio("vote p99", "bare sqlite p99"), 1.2),
    Goal("  never over, 1000, fsync +30 ms", 1000, True, _plain("vote max"), 150, None, " ms"),
    Goal("durable p99, 500, the disk as it is", 500, False, _ratio("vote p99", "bare sqlite p99"), 3, 2),
    Goal("CPU a vote, 500", 500, False, _plain("vote cpu"), 180, 120, " µs"),
    Goal("500 reconnect", 500, False, _ratio("reconnect", "websockets reconnect"), 2),
    Goal("memory a tablet, 500", 500, False, _plain("memory"), 60, None, " KiB"),
)


def table(all_figures: Sequence[Figures]) -> str:
    """Both disks, one under the other; each cell is `own / limit = ratio`."""
    return "\n\n".join(_disk([f for f in all_figures if f.slow is slow], slow=slow) for slow in _disks(all_figures))


def goals(all_figures: Sequence[Figures]) -> str:
    """Each goal of this run, reached or not."""
    by = {(f.n, f.slow): f for f in all_figures}
    lines = ["goals"]
    for goal in GOALS:
        found = by.get((goal.n, goal.slow))
        figure = goal.figure(found) if found is not None else None
        if figure is None:
            lines.append(f"  {goal.what:<48} not measured")
            continue
        aim = f"≤ {goal.at_most:g}{goal.unit}" + (f" (better: {goal.stretch:g})" if goal.stretch else "")
        verdict = "reached" if figure <= goal.at_most else "NOT REACHED"
        lines.append(f"  {goal.what:<48} {figure:8.2f}{goal.unit:<4} {aim:<24} {verdict}")
    faults = [fault for f in all_figures for fault in f.faults]
    told, kept = sum(f.acknowledged for f in all_figures), sum(f.in_ledger for f in all_figures)
    verdict = "reached" if told == kept and not faults else "NOT REACHED"
    counted = f"ballots acknowledged {told}, in the ledger {kept}"
    lines.append(f"  {counted:<48} {'none lost or doubled, the chain holds':<38} {verdict}")
    return "\n".join([*lines, *(f"    {fault}" for fault in faults)])


def as_json(all_figures: Sequence[Figures]) -> list[dict[str, Any]]:
    """Medians and every round's value."""
    return [
        {
            "n": f.n,
            "fsync_delay_ms": 30 if f.slow else 0,
            "acknowledged": f.acknowledged,
            "in_ledger": f.in_ledger,
            "faults": f.faults,
            "median": {name: round(s.median, 3) for name, s in f.series.items()},
            "rounds": {name: [round(v, 3) for v in s.values] for name, s in f.series.items()},
        }
        for f in all_figures
    ]


def _disks(all_figures: Sequence[Figures]) -> list[bool]:
    return sorted({f.slow for f in all_figures})


def _disk(figures: Sequence[Figures], *, slow: bool) -> str:
    fsync = figures[-1]
    title = "each fsync 30 ms later" if slow else "the disk as it is"
    title += f" (fdatasync of 4 KiB: p50 {fsync.get('fsync p50'):.2f}, p99 {fsync.get('fsync p99'):.2f} ms)"
    head = f"{title}\n{'':<32}" + "".join(f"{f'N = {f.n}':>22}" for f in figures) + "  limit"
    rows = [
        f"{line.label:<32}" + "".join(f"{_cell(f, line):>22}" for f in figures) + f"  {line.against}" for line in LINES
    ]
    kept = "".join(f"{f'{f.acknowledged} / {f.in_ledger}':>22}" for f in figures)
    own = "".join(f"{f.get('client µs a message') or 0:>22.1f}" for f in figures)
    late = "".join(f"{f.get('client late ms') or 0:>22.1f}" for f in figures)
    return "\n".join([
        head, *rows, f"{'acknowledged / in the ledger':<32}{kept}",
        f"{'load client alone, µs a message':<32}{own}", f"{'load client late by at most, ms':<32}{late}",
    ])  # fmt: skip


def _cell(found: Figures, line: Line) -> str:
    own = found.get(line.own)
    if own is None:
        return "–"
    limit = found.get(line.limit) if line.limit else None
    return f"{_number(own)} / {_number(limit)} = {own / limit:.2f}" if limit else _number(own)


def _number(value: float) -> str:
    return f"{value:.0f}" if value >= 100 else f"{value:.1f}" if value >= 10 else f"{value:.2f}"
