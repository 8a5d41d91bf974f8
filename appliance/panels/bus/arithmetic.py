"""How long a round of the bus takes, by reckoning: `python -m appliance.panels.bus.arithmetic`.

Nothing here was measured on a board. What is assumed is named in `Assumed`, each as the worst that is usual; what
ptys can show of the rest, `tests/bench/panel_bus.py` measures.
"""

from collections.abc import Sequence
from typing import Final

from msgspec import Struct

from appliance.panels.bus.schedule import EXTRA_EVERY, MOST_PANELS
from firmware.panel.frame import SIZE

PROMISE_MS: Final = 250.0
"""Every panel is asked within this."""
BAUD: Final = 250_000
BITS_A_BYTE: Final = 10
"""A start bit, eight bits, a stop bit."""


class Assumed(Struct, frozen=True):
    """Milliseconds that nothing on this machine can measure."""

    usb_out: float = 1.0
    """Until the dongle sends: a full-speed USB frame at most."""
    turnaround: float = 1.5
    """A panel between the last byte of a question and the first of its answer: two HMACs and a crc in MicroPython."""
    latency_timer: float = 1.0
    """An FTDI chip holds a short answer back for so long (udev rule: latency_timer = 1; without the rule it is 16)."""
    usb_in: float = 1.0
    """Until the host fetches it: a full-speed USB frame at most."""
    answer: float = 12.0
    """How long the master waits for an answer (`answer_ms` of the configuration)."""


ASSUMED: Final = Assumed()


def wire_ms(baud: int) -> float:
    """One frame on the wire."""
    return SIZE * BITS_A_BYTE / baud * 1000


def exchange_ms(baud: int, assumed: Assumed = ASSUMED) -> float:
    """A question and its answer."""
    a = assumed
    return a.usb_out + 2 * wire_ms(baud) + a.turnaround + a.latency_timer + a.usb_in


def round_ms(panels: int, baud: int, assumed: Assumed = ASSUMED) -> float:
    """The longest time between two turns of a panel: a round, all its questions out of turn, and one silent panel."""
    extra = EXTRA_EVERY / (EXTRA_EVERY - 1)
    return panels * exchange_ms(baud, assumed) * extra + assumed.answer


def press_ms(panels: int, baud: int, assumed: Assumed = ASSUMED) -> tuple[float, float]:
    """From a press to its *recorded* light without the server's share, in the middle and at worst.

    A press waits for its panel's turn; what became of it waits for the next turn that is free for news.
    """
    exchange, round_ = exchange_ms(baud, assumed), round_ms(panels, baud, assumed)
    told = (1 + min(panels, EXTRA_EVERY) / 2) * exchange
    return round_ / 2 + exchange / 2 + told, round_ + exchange + EXTRA_EVERY * exchange


def storm_ms(panels: int, baud: int, assumed: Assumed = ASSUMED) -> tuple[float, float]:
    """The same when all press at one moment: no turn is free for news, each waits for its next in the round."""
    round_ = round_ms(panels, baud, assumed)
    return 1.5 * round_, 2 * round_ + exchange_ms(baud, assumed)


def table(panels: Sequence[int] = (1, 8, 27, MOST_PANELS), bauds: Sequence[int] = (115_200, BAUD, 500_000)) -> str:
    """For people."""
    assumed = ASSUMED
    named = ", ".join(f"{name} {value:g}" for name, value in _named(assumed).items())
    lines = [
        f"frame {SIZE} bytes, {BITS_A_BYTE} bits a byte; assumed, ms: {named}",
        f"{'baud':>8} {'frame':>8} {'exchange':>9}" + "".join(f"{f'{n} panels':>12}" for n in panels),
    ]
    for baud in bauds:
        rounds = "".join(_cell(round_ms(n, baud, assumed)) for n in panels)
        lines.append(f"{baud:>8} {wire_ms(baud):>5.2f} ms {exchange_ms(baud, assumed):>6.2f} ms{rounds}")
    lines.append(f"a round, at the longest; * longer than {PROMISE_MS:g} ms: fewer panels on that dongle")
    lines.append("120 panels: four dongles of 30, which do not wait for one another")
    return "\n".join(lines)


def _named(assumed: Assumed) -> dict[str, float]:
    return {name: getattr(assumed, name) for name in assumed.__struct_fields__}


def _cell(value: float) -> str:
    return f"{value:>8.0f} ms" + ("*" if value > PROMISE_MS else " ")


if __name__ == "__main__":
    print(table())  # noqa: T201 - it is a command
