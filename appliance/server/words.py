"""The word files: every sentence that a person reads, one file per language, shared with the screens."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final, Literal

import msgspec

from appliance.server.view import Sentence

Language = Literal["vi", "en"]
LANGUAGES: Final[tuple[Language, ...]] = ("vi", "en")


class Words:
    """Both languages, looked up by dotted key."""

    def __init__(self, folder: Path) -> None:
        self._by_language: dict[Language, Mapping[str, Any]] = {
            language: msgspec.json.decode((folder / f"{language}.json").read_bytes()) for language in LANGUAGES
        }

    def say(self, language: Language, key: str, **values: object) -> str:
        """One sentence. Raises KeyError when the word files lack it."""
        found: Any = self._by_language[language]
        for part in key.split("."):
            found = found[part]
        return str(found).format_map(values) if values else str(found)

    def both(self, key: str, **values: object) -> Sentence:
        """The sentence in both languages."""
        return Sentence(self.say("vi", key, **values), self.say("en", key, **values))

    def namespace(self, language: Language, name: str) -> Mapping[str, str]:
        """One flat group of sentences."""
        found: Mapping[str, str] = self._by_language[language][name]
        return found


def language_of(cookie: str | None, accept: str | None) -> Language:
    """The visitor's language: what they chose, or what their browser asks for; Vietnamese otherwise."""
    if cookie in LANGUAGES:
        return "en" if cookie == "en" else "vi"
    first = (accept or "").split(",")[0].strip().lower()
    return "en" if first.startswith("en") else "vi"
