"""How much one city may cost the site, whatever it does."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Limits:
    """Per process and city. The settings say the same under their own names."""

    connect_seconds: float = 1.0
    connections: int = 100
    waiting: int = 100
    """Calls that may wait for a connection; any more fail at once."""
    silence_seconds: float = 10.0
    """How long an answer that is passed on piece by piece may pause."""
    answer_bytes: int = 8 * 1024 * 1024
    """Of an answer that is read as a whole."""
    kept_answers: int = 2000
    kept_bytes: int = 32 * 1024 * 1024
