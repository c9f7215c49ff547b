"""How long and how often is measured."""

from dataclasses import dataclass

CONNECTIONS = 16


@dataclass(frozen=True)
class Effort:
    """`seconds` of load for each figure, `rounds` figures of each; `buyers` in a flash sale;
    `claims`: statements that pgbench runs for a figure."""

    rounds: int
    seconds: int
    buyers: int
    claims: int


FULL = Effort(rounds=5, seconds=5, buyers=2000, claims=16_000)
QUICK = Effort(rounds=1, seconds=1, buyers=300, claims=1600)
