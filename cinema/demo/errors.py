class DemoError(Exception):
    """One sentence: what was wrong and what to do about it."""


class StopRequested(Exception):
    """Somebody pressed Ctrl-C or sent a signal that asks to end."""
