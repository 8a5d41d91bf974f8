"""What panels draw, what is left of 24 V at the last of them, and what hangs on a bus:

    python -m firmware.power

Everything is worked out from `Assumed`, which names what was taken from data sheets and what was guessed; nothing of it
was measured on a board yet. Measure one panel at 24 V with all lights on before the supply is bought.
"""

from dataclasses import dataclass
from math import ceil
from typing import Final

PANELS_A_BUS: Final = 32
SUPPLIES_W: Final = (15, 30, 60, 100, 150)
"""Sizes in which 24 V supplies are sold."""


@dataclass(frozen=True)
class Assumed:
    """The numbers that all others come from: volts, amperes, ohms, metres."""

    supply: float = 24.0
    least: float = 18.0
    """Below this the last buck converter has no room left."""
    board: float = 0.035
    """RP2040 board with MicroPython, from 3.3 V (data sheet: about 25 mA when busy; with room)."""
    transceiver: float = 0.002
    """Listening, from 3.3 V (data sheets: below 1 mA)."""
    speaking: float = 0.045
    """Driving two terminations of 120 ohm; one panel of a bus at a time."""
    light: float = 0.0028
    """(3.3 V − 2.0 V) / 470 ohm."""
    lights: int = 3
    buzzer: float = 0.030
    """From 5 V, while it sounds."""
    regulator: float = 0.85
    """The board's own, 5 V to 3.3 V (data sheet)."""
    buck: float = 0.70
    """24 V to 5 V at a tenth of what it is made for (guessed low: makers state 0.9 at full load)."""
    conductor: float = 0.094
    """Ohm a metre of AWG 24 copper: 94 ohm a kilometre at most (ISO/IEC 11801)."""
    conductors_plus: int = 2
    conductors_zero: int = 4
    first: float = 20.0
    between: float = 3.0
    hours: float = 2.0
    """How long a meeting goes on without mains."""


def panel_watts(a: Assumed, *, lights: int = 0, speaking: bool = False, buzzer: bool = False) -> float:
    """One panel's power at its 24 V terminals."""
    low = (a.board + a.transceiver + lights * a.light + (a.speaking if speaking else 0.0)) * 3.3 / a.regulator
    return (low + (a.buzzer * 5.0 if buzzer else 0.0)) / a.buck


def bus_watts(a: Assumed, panels: int, *, lights: int, buzzer: bool = False) -> float:
    """Of a bus, of which one panel speaks."""
    one = panel_watts(a, lights=lights, buzzer=buzzer)
    return panels * one + panel_watts(a, speaking=True) - panel_watts(a)


def volts_at_last(a: Assumed, panels: int, watts_each: float, *, supply: float | None = None) -> float:
    """What arrives at the last box of a chain that is fed at its head; 0 when it cannot be fed at all."""
    head = a.supply if supply is None else supply
    metre = a.conductor / a.conductors_plus + a.conductor / a.conductors_zero
    volts = [head] * panels
    for _ in range(200):
        at, behind, lower = head, sum(watts_each / v for v in volts), list[float]()
        for index in range(panels):
            at -= behind * metre * (a.between if index else a.first)
            behind -= watts_each / volts[index]
            lower.append(at)
        if lower[-1] < head / 2:
            return 0.0  # a buck converter draws more as its voltage sinks: beyond half there is no way back
        volts = lower
    return volts[-1]


def supply_for(watts: float) -> int:
    """The smallest supply that is sold and twice what is needed."""
    return next(size for size in SUPPLIES_W if size >= 2 * watts)


def unit_loads(panels: int, each: float, *, bias_ohm: float = 680.0, dongle: float = 1.0) -> float:
    """What hangs on a bus in unit loads of 12 kilohm; the standard (TIA-485-A) gives a driver 32 of them."""
    return panels * each + dongle + (12_000 / bias_ohm if bias_ohm else 0.0)


def idle_volts(bias_ohm: float = 680.0, volts: float = 5.0, termination: float = 60.0) -> float:
    """Between A and B while nobody speaks; 0.2 V is what every receiver must take for certain (TIA-485-A)."""
    return volts * termination / (termination + 2 * bias_ohm)


def table(a: Assumed, panels: int) -> list[str]:
    """The power budget of a hall, line by line."""
    buses = ceil(panels / PANELS_A_BUS)
    fullest = ceil(panels / buses)
    most = buses * bus_watts(a, 1, lights=a.lights) + (panels - buses) * panel_watts(a, lights=a.lights)
    least = buses * bus_watts(a, 1, lights=0) + (panels - buses) * panel_watts(a)
    sound = most + panels * (panel_watts(a, buzzer=True) - panel_watts(a))
    each, one = panel_watts(a, lights=a.lights), bus_watts(a, fullest, lights=a.lights)
    last = volts_at_last(a, fullest, each)
    return [
        f"{panels} panels: {buses} buses of at most {fullest}",
        f"  all lights off      {least:5.1f} W  {least / a.supply:4.2f} A",
        f"  all lights on       {most:5.1f} W  {most / a.supply:4.2f} A",
        f"  and every buzzer    {sound:5.1f} W  {sound / a.supply:4.2f} A",
        f"  one bus, lights on  {one:5.1f} W  {one / a.supply:4.2f} A: a fuse of 1 A",
        f"  at its last panel   {last:5.1f} V  (of {a.supply:.0f}; {a.least:.0f} are needed)",
        f"  supply              {supply_for(sound)} W",
        f"  {a.hours:.0f} hours of battery {a.hours * most:5.0f} Wh, the Pi not counted",
    ]


def report(a: Assumed | None = None) -> str:
    """Everything that the handbook prints."""
    a = a or Assumed()
    each = panel_watts(a, lights=a.lights)
    loud = panel_watts(a, lights=a.lights, buzzer=True)
    whole = a.first + (PANELS_A_BUS - 1) * a.between
    lines = [
        f"one panel: {panel_watts(a):.2f} W dark, {each:.2f} W with three lights, {loud:.2f} W with its buzzer too",
        *table(a, 40),
        *table(a, 120),
        f"a bus of {PANELS_A_BUS}: first box after {a.first:.0f} m, then every {a.between:.0f} m, {whole:.0f} m in all",
        f"  last panel, fed with 24 V    {volts_at_last(a, PANELS_A_BUS, each):5.1f} V",
        f"  last panel, fed with 12 V    {volts_at_last(a, PANELS_A_BUS, each, supply=12):5.1f} V",
        f"  unit loads, 1/8 each, biased {unit_loads(PANELS_A_BUS, 1 / 8):5.1f} of 32",
        f"  unit loads, 1 each, biased   {unit_loads(PANELS_A_BUS, 1):5.1f} of 32: too many",
        f"  A over B while idle          {idle_volts():5.2f} V  (680 ohm twice, 5 V, two terminations of 120 ohm)",
    ]
    return "\n".join(lines)


if __name__ == "__main__":
    print(report())  # noqa: T201 - a command
