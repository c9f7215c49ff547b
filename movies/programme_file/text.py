"""Text that survives a spreadsheet, and does nothing there."""

import re

# What no worksheet can hold. The texts of the database are compared without them.
_UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
# What Excel and its kin would run as a formula; an apostrophe in front makes it text.
_FORMULA = "[=+\\-@\t\n＝＋－＠]"
_TO_GUARD = re.compile(f"'*{_FORMULA}")
_GUARDED = re.compile(f"'+{_FORMULA}")


def plain(text: str) -> str:
    """The text as a spreadsheet gives it back: one kind of line end, no control characters."""
    return _UNWRITABLE.sub("", text.replace("\r\n", "\n").replace("\r", "\n")).strip()


def guarded(text: str) -> str:
    """Never a formula. `unguarded` undoes it exactly."""
    return f"'{text}" if _TO_GUARD.match(text) else text


def unguarded(text: str) -> str:
    return text[1:] if _GUARDED.match(text) else text
