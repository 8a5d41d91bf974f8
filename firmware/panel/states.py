"""The states of a panel: NEXT is all that may happen to it, LIMITS what silence does, LOOKS what the lights do."""

from firmware.panel import shows

NO_HALL, CALLED, HALF_KEYED, JOINED, WAITING, SERVED, SILENT, STRANGER = (
    "no_hall", "called", "half_keyed", "joined", "waiting", "served", "silent", "stranger",
)  # fmt: skip
NEXT = {
    (NO_HALL, "call"): CALLED,
    (CALLED, "call"): CALLED,
    (CALLED, "half_key"): HALF_KEYED,
    (CALLED, "give_up"): NO_HALL,
    (HALF_KEYED, "call"): CALLED,
    (HALF_KEYED, "half_key"): HALF_KEYED,
    (HALF_KEYED, "key"): JOINED,
    (HALF_KEYED, "give_up"): NO_HALL,
    (JOINED, "call"): CALLED,
    (JOINED, "poll"): SERVED,
    (JOINED, "forget"): NO_HALL,
    (WAITING, "poll"): SERVED,
    (WAITING, "foreign"): STRANGER,
    (WAITING, "forget"): NO_HALL,
    (SERVED, "poll"): SERVED,
    (SERVED, "silence"): SILENT,
    (SERVED, "renumber"): WAITING,
    (SERVED, "forget"): NO_HALL,
    (SILENT, "poll"): SERVED,
    (SILENT, "foreign"): STRANGER,
    (SILENT, "renumber"): WAITING,
    (SILENT, "forget"): NO_HALL,
    (STRANGER, "poll"): SERVED,
    (STRANGER, "silence"): WAITING,
    (STRANGER, "forget"): NO_HALL,
}
"""Joined: it holds a key, and no hall has shown yet that it holds it too. Waiting: it has a hall, which has not
polled it. Silent: the hall has stopped. Stranger: a hall calls its address whose key it does not hold."""

SILENCE_MS = 1000
CALLED_MS = 2000
STRANGER_MS = 10_000
LIMITS = {
    SERVED: ("silence", SILENCE_MS),
    STRANGER: ("silence", STRANGER_MS),
    CALLED: ("give_up", CALLED_MS),
    HALF_KEYED: ("give_up", CALLED_MS),
}
"""What happens in a state when nothing was heard for so many milliseconds."""

LOOKS = {
    NO_HALL: shows.NO_HALL, CALLED: shows.JOINING, HALF_KEYED: shows.JOINING, JOINED: shows.JOINING,
    WAITING: shows.OFFLINE, SILENT: shows.OFFLINE, STRANGER: shows.STRANGER,
}  # fmt: skip
"""While it is served the lights are the hall's and the press's: `Panel.shows`."""
