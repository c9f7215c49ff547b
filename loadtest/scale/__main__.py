"""`python -m loadtest.scale`: what `make scale` runs."""

import argparse
import sys
from pathlib import Path

from rich.console import Console
from rich.table import Table

from cinema.demo.announce import Terminal
from cinema.embedded import EmbeddedPostgresError
from loadtest.scale.size import Impossible, Size

MOST = 1_000_000_000


def main() -> int:
    chosen = _parser().parse_args()
    try:
        chosen.run(chosen)
    except (Impossible, EmbeddedPostgresError, OSError) as failure:
        sys.stderr.write(f"{failure}\n")
        return 1
    except KeyboardInterrupt:
        sys.stderr.write("Stopped: the database is as it was before.\n")
        return 1
    return 0


def _fill(chosen: argparse.Namespace) -> None:
    from loadtest.scale.filling import make

    size = Size(chosen.tickets, chosen.seances, halls=chosen.halls, coming=chosen.coming)
    made = make(chosen.directory, size, Terminal().say)
    table = Table("table", "rows", "MB", "indexes, MB")
    for column in table.columns[1:]:
        column.justify = "right"
    for one in made.stored:
        table.add_row(one.name, f"{one.rows:,}", _mb(one.table), _mb(one.indexes))
    console = Console()
    console.print(table)
    console.print(
        f"{made.filled.tickets:,} tickets of {made.filled.bookings:,} bookings for"
        f" {made.filled.seances:,} showings in {made.seconds / 60:.1f} minutes,"
        f" {_mb(made.database)} MB; check_tickets: all right."
    )


def _premiere(chosen: argparse.Namespace) -> None:
    from loadtest.scale.premiere import MOST_PODS, Premiere, played, pods_needed

    premiere = Premiere(
        buyers=chosen.buyers,
        cities=chosen.cities,
        minutes=chosen.minutes,
        pods=chosen.pods,
        cores=chosen.cores,
        read=1 / chosen.reads_per_core,
        sale=1 / chosen.sales_per_core,
        reads=chosen.reads,
    )
    waited = played(premiere)
    needed = pods_needed(premiere)
    Console(highlight=False).print(
        f"{premiere.buyers:,} buyers in {premiere.cities} cities within"
        f" {premiere.minutes:g} minutes; pods in each city: {premiere.pods},"
        f" with {premiere.cores} cores\n"
        f"  waiting       p50 {1000 * waited.percentile(0.5):,.0f} ms,"
        f" p99 {1000 * waited.percentile(0.99):,.0f} ms\n"
        f"  refused       {100 * waited.share_refused:.1f} % of all requests\n"
        f"  processors    {100 * waited.busy:.0f} % busy until the last is served,"
        f" {waited.over / 60:.1f} minutes after the opening\n"
        f"  the primary   stores at most {premiere.sales_per_second:,.0f} sales a second\n"
        f"  pods needed   {needed if needed < MOST_PODS else 'more than there should be'}, so that"
        " 99 of 100 wait at most 250 ms and nobody is refused",
        soft_wrap=True,
    )


def _mb(size: int) -> str:
    return f"{size / 1e6:,.0f}"


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m loadtest.scale",
        description="A cinema with years behind it, and what a rush would meet: docs/scaling.md.",
    )
    commands = parser.add_subparsers(required=True)
    fill = commands.add_parser("fill", help="make a PostgreSQL in a directory and fill it")
    fill.set_defaults(run=_fill)
    fill.add_argument("directory", type=Path, help="of the database; made if there is none")
    fill.add_argument("--tickets", type=_some, default=10_000_000, help="sold (10,000,000)")
    fill.add_argument("--seances", type=_some, default=100_000, help="showings (100,000)")
    fill.add_argument("--halls", type=_some, default=40, help="of 180 seats each (40)")
    fill.add_argument("--coming", type=_some, default=14, metavar="DAYS", help="from today on (14)")
    premiere = commands.add_parser("premiere", help="a rush of buyers, in a model")
    premiere.set_defaults(run=_premiere)
    premiere.add_argument("--buyers", type=_some, default=1_000_000, help="in all cities (1000000)")
    premiere.add_argument("--cities", type=_some, default=100, help="(100)")
    premiere.add_argument("--minutes", type=_some, default=10, help="in which they come (10)")
    premiere.add_argument("--pods", type=_some, default=5, help="of each city (5)")
    premiere.add_argument("--cores", type=_some, default=2, help="of each pod (2)")
    premiere.add_argument("--reads", type=_some, default=30, help="for each purchase (30)")
    premiere.add_argument(
        "--reads-per-core", type=_some, default=400, metavar="N", help="a second, measured (400)"
    )
    premiere.add_argument(
        "--sales-per-core", type=_some, default=370, metavar="N", help="a second, measured (370)"
    )
    return parser


def _some(text: str) -> int:
    if text.isdecimal() and 0 < (number := int(text)) <= MOST:
        return number
    raise argparse.ArgumentTypeError(f"{text} is no whole number from 1 to {MOST:,}")


if __name__ == "__main__":
    sys.exit(main())
