"""`python -m cinema.demo [up | reset] [--city kazan]`; see `make help`."""

import argparse
import dataclasses
import os
import sys

from cinema.demo import supervisor
from cinema.demo.announce import Terminal
from cinema.demo.cities import CITIES, City
from cinema.demo.errors import DemoError
from cinema.demo.workspace import Workspace
from cinema.embedded import EmbeddedPostgresError


def main() -> int:
    arguments = _parser().parse_args()
    try:
        if arguments.action == "reset":
            supervisor.reset(Workspace.chosen(), Terminal())
        else:
            supervisor.up(_chosen_city(arguments.city), Workspace.chosen(), Terminal())
    except (DemoError, EmbeddedPostgresError) as failure:
        sys.stderr.write(f"{failure}\n")
        return 1
    except OSError as failure:  # a full disk, for one
        sys.stderr.write(f"The demo can't go on: {failure}\n")
        return 1
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m cinema.demo",
        description="Runs a cinema on this machine, with its databases, until Ctrl-C.",
        epilog="Environment: DEMO_PORT (8001); DEMO_DIRECTORY (.demo); DATABASE_URL and"
        " DATABASE_REPLICA_URLS to use a PostgreSQL of your own;"
        " DEMO_RESTART_DATABASE=0 to leave a database dead after it was killed.",
    )
    parser.add_argument("action", nargs="?", choices=["up", "reset"], default="up")
    parser.add_argument("--city", choices=sorted(CITIES), default="kazan")
    return parser


def _chosen_city(city_id: str) -> City:
    city = CITIES[city_id]
    port = os.environ.get("DEMO_PORT") or str(city.port)
    if not (port.isdecimal() and 0 < int(port) < 65536):
        raise DemoError(f"DEMO_PORT is {port!r}: set it to a number from 1 to 65535.")
    return dataclasses.replace(city, port=int(port))


if __name__ == "__main__":
    sys.exit(main())
