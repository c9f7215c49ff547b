"""The letters of the tickets: Noto Sans, in each PDF only what it uses."""

import unicodedata
from functools import cache
from pathlib import Path

from reportlab.lib.utils import simpleSplit
from reportlab.pdfbase.pdfmetrics import getFont, registerFont, stringWidth
from reportlab.pdfbase.ttfonts import TTFont

REGULAR, BOLD = "NotoSans-Regular", "NotoSans-Bold"

_FOLDER = Path(__file__).parent / "fonts"
_UNKNOWN = "\ufffd"


@cache
def load() -> None:
    """Reads the fonts, once per process."""
    for name in (REGULAR, BOLD):
        registerFont(TTFont(name, _FOLDER / f"{name}.ttf"))


def drawable(text: str) -> str:
    """The text on one line, with a sign in place of each letter that the font lacks."""
    known = getFont(REGULAR).face.charToGlyph
    line = " ".join(unicodedata.normalize("NFC", text).split())
    return "".join(letter if ord(letter) in known else _UNKNOWN for letter in line)


def fitted(text: str, font: str, size: float, width: float, *, least: float) -> tuple[str, float]:
    """The text as it fits into `width`, and its size: smaller, down to `least`, then shortened."""
    while size > least and stringWidth(text, font, size) > width:
        size -= 0.5
    if stringWidth(text, font, size) <= width:
        return text, size
    while text and stringWidth(text + "…", font, size) > width:
        text = text[:-1]
    return text.rstrip() + "…", size


def wrapped(text: str, font: str, size: float, width: float, *, lines: int) -> list[str]:
    """At most so many lines; what doesn't fit is left out, and the last line says so."""
    found = simpleSplit(text, font, size, width)
    kept = [*found[: lines - 1], " ".join(found[lines - 1 :])]
    return [fitted(line, font, size, width, least=size)[0] for line in kept if line]
