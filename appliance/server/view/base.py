"""What several sections share."""

from msgspec import Struct


class Sentence(Struct, frozen=True):
    """One sentence in both languages."""

    vi: str
    en: str
