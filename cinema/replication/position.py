"""A position in the primary's write-ahead log, and the consistency token that carries it."""

from dataclasses import dataclass
from typing import Self

from django.core import signing

from cinema import prepared

HEADER = "X-Consistency-Token"
COOKIE = "consistency_token"
MAX_AGE = 30  # seconds; a healthy replica is never that far behind (REPLICA_MAX_LAG_SECONDS)

_signer = signing.TimestampSigner(salt="cinema.consistency")


@dataclass(frozen=True)
class Position:
    """`lsn` counts bytes of log; it says nothing across timelines, which a failover changes."""

    timeline: int
    lsn: int

    @classmethod
    def parse(cls, lsn: str, timeline: str) -> Self:
        """From PostgreSQL's `16/B374D848` and the first eight hex digits of a WAL file's name."""
        return cls(int(timeline, 16), parse_lsn(lsn))

    def covers(self, other: "Position") -> bool:
        """Whether a server at this position has everything up to `other`."""
        return self.timeline == other.timeline and self.lsn >= other.lsn


def parse_lsn(text: str) -> int:
    """Bytes of log, from PostgreSQL's `16/B374D848`."""
    high, low = text.split("/")
    return (int(high, 16) << 32) + int(low, 16)


# The flush position, not the insert position: after a commit that ends on a page boundary the
# latter lies behind a page header that an idle primary never sends, and no standby reaches it.
CURRENT = "pg_current_wal_flush_lsn()::text, left(pg_walfile_name(pg_current_wal_flush_lsn()), 8)"


def current_position() -> Position:
    """Where the primary is now. Asked after a commit, it covers that commit."""
    [(lsn, timeline)] = prepared.run(f"SELECT {CURRENT}", {})
    return Position.parse(lsn, timeline)


def make_token(position: Position) -> str:
    return _signer.sign(f"{position.timeline:x}-{position.lsn:x}")


def read_token(token: str, max_age: int | None = MAX_AGE) -> Position | None:
    """The position in a token; None for one that is forged, mangled or older than `max_age`, by
    this machine's clock. `max_age` None: of any age."""
    try:
        timeline, lsn = _signer.unsign(token, max_age=max_age).split("-")
        return Position(int(timeline, 16), int(lsn, 16))
    except (signing.BadSignature, ValueError):
        return None
