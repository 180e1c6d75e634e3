"""What can be wrong with an SOP file, told with file, path, line and remedy in both languages."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from kelola.sop.definition.identity import Words
from kelola.sop.definition.messages import MESSAGES

if TYPE_CHECKING:
    from collections.abc import Iterable

Path = tuple[str | int, ...]

MOST_PROBLEMS = 200


def path_text(path: Path) -> str:
    """Return a path as people read it: ``procedures[1].activities[3].outcomes[0].to``."""
    text = ""
    for part in path:
        if isinstance(part, int):
            text += f"[{part}]"
        else:
            text += f".{part}" if text else part
    return text


@dataclass(frozen=True, slots=True)
class Found:
    """A problem at a path, before file and line are known. ``params`` fill the sentences."""

    code: str
    path: Path
    params: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Problem:
    """One error of a file: where it is (``line`` counts from 1), what it is, what would be right.

    ``code`` is stable and listed in ``messages.MESSAGES``; message and remedy come in both
    languages.
    """

    file: str
    path: str
    line: int
    code: str
    message: Words
    remedy: Words

    def text(self, language: str = "id") -> str:
        """Return the problem as one line in Indonesian (``id``) or English (``en``)."""
        message, remedy = (
            (self.message.en, self.remedy.en)
            if language == "en"
            else (self.message.id, self.remedy.id)
        )
        path = f" {self.path}:" if self.path else ""
        return f"{self.file}:{self.line}:{path} {message} {remedy}"


def problem(file: str, line: int, found: Found) -> Problem:
    """Return a finding as a problem with its sentences."""
    message_id, message_en, remedy_id, remedy_en = MESSAGES[found.code]
    return Problem(
        file=file,
        path=path_text(found.path),
        line=line,
        code=found.code,
        message=Words(message_id.format(**found.params), message_en.format(**found.params)),
        remedy=Words(remedy_id.format(**found.params), remedy_en.format(**found.params)),
    )


class InvalidSop(Exception):  # noqa: N818 - an answer to a person, not a fault of the program
    """An SOP file that is refused whole; ``errors`` holds everything found, in file order."""

    def __init__(self, errors: Iterable[Problem]) -> None:
        self.errors = tuple(errors)
        super().__init__("\n".join(error.text() for error in self.errors))
