"""What can be wrong with a file, in sentences for whoever made it."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

LONGEST_SHOWN = 60


class FileUnusable(Exception):
    """It can't be read as a table at all. `str()` says what to do."""


class BadCell(Exception):
    """This cell can't be understood. `str()` is the reason."""


@dataclass(frozen=True, slots=True)
class Mistake:
    """`line`: of the file, as an editor or Excel counts."""

    line: int
    column: str
    value: object
    reason: str

    def __str__(self) -> str:
        where = _("line %(line)d, column %(column)s") % {"line": self.line, "column": self.column}
        return f"{where}, {self.shown}: {self.reason}"

    @property
    def shown(self) -> str:
        """What stands in the cell, short enough for a sentence."""
        return _shown(self.value)


class Mistaken(Exception):
    """Some rows are wrong, so nothing was imported. `mistakes`: all of them, by line."""

    def __init__(self, mistakes: Sequence[Mistake]) -> None:
        self.mistakes = sorted(mistakes, key=lambda mistake: mistake.line)

    def __str__(self) -> str:
        count = len(self.mistakes)
        return ngettext(
            "%(count)d mistake, nothing was imported.",
            "%(count)d mistakes, nothing was imported.",
            count,
        ) % {"count": count}


def _shown(value: object) -> str:
    text = "" if value is None else str(value)
    if not text:
        return _("empty")
    return f"“{text if len(text) <= LONGEST_SHOWN else text[:LONGEST_SHOWN] + '…'}”"
