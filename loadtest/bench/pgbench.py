"""The yardstick of a sale: the same statement, run by pgbench without a web server around it."""

import os
import re
import subprocess
from pathlib import Path

from cinema.embedded import Cluster
from loadtest.bench.cinema import Block
from loadtest.bench.effort import CONNECTIONS
from loadtest.bench.failing import Failed
from loadtest.bench.programme import HALLS, PAIRS, ROWS, SEATS, Programme

# The numbering is that of wrk.lua: sale after sale goes to the next showing.
_SCRIPT = """
\\set n :n + 1
\\set sale :n * :clients + :client_id
\\set showing :first_showing + :sale % :showings
\\set seance :first_seance + :showing
\\set seat :first_seat + :showing % :halls * :seats + 2 * (:sale / :showings)
\\set neighbour :seat + 1
{claim};
"""
_RATE = re.compile(r"^tps = ([\d.]+) \(without initial connection time\)", re.MULTILINE)


def showings_for(claims: int) -> int:
    """How many have seats for so many claims."""
    return -(-claims // PAIRS)


def claims_per_second(
    cluster: Cluster, programme: Programme, block: Block, claims: int, scratch: Path
) -> float:
    """Sells pairs of seats over CONNECTIONS. Raises Failed when pgbench complains."""
    script = scratch / "claim.pgbench"
    script.write_text(_SCRIPT.format(claim=programme.claim))
    variables = {
        "n": -1,
        "clients": CONNECTIONS,
        "film": programme.sold_film,
        "first_showing": block.first,
        "showings": block.count,
        "first_seance": programme.first_seance,
        "first_seat": programme.first_seat,
        "halls": HALLS,
        "seats": ROWS * SEATS,
    }
    finished = subprocess.run(
        [
            cluster.programs.path("pgbench"),
            "--no-vacuum",
            "--protocol=prepared",
            f"--client={CONNECTIONS}",
            "--jobs=2",
            f"--transactions={claims // CONNECTIONS}",
            f"--file={script}",
            *(f"--define={name}={value}" for name, value in variables.items()),
            cluster.primary.url(),
        ],
        env={"PATH": os.environ["PATH"]},
        capture_output=True,
        text=True,
        check=False,
        start_new_session=True,
    )
    if finished.returncode != 0:
        raise Failed(f"pgbench could not sell: {finished.stderr.strip()[-500:]}")
    return read(finished.stdout)


def read(printed: str) -> float:
    """Transactions per second."""
    rate = _RATE.search(printed)
    failed = re.search(r"^number of failed transactions: (\d+)", printed, re.MULTILINE)
    if not rate or (failed and failed[1] != "0"):
        raise Failed(f"pgbench failed: {printed.strip()[-500:]}")
    return float(rate[1])
