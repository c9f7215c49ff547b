"""`python -m cinema.demo [up | reset | watch | backup | restore]`; see `make help`."""

import argparse
import sys

from cinema.demo import backups, choosing, supervisor, watching
from cinema.demo.announce import Terminal
from cinema.demo.cities import CITIES
from cinema.demo.errors import DemoError
from cinema.demo.workspace import Workspace
from cinema.embedded import EmbeddedPostgresError

ACTIONS = ("up", "reset", "watch", "backup", "restore")


def main() -> int:
    arguments = _parser().parse_args()
    try:
        if arguments.action == "reset":
            supervisor.reset(Workspace.chosen(), Terminal())
        elif arguments.action == "watch":
            watching.watch(Workspace.chosen(), Terminal())
        elif arguments.action == "backup":
            backups.back_up(arguments.city, Workspace.chosen(), Terminal())
        elif arguments.action == "restore":
            backups.put_back(arguments.city, arguments.to, Workspace.chosen(), Terminal())
        else:
            supervisor.up(choosing.chosen(arguments.city), Workspace.chosen(), Terminal())
    except (DemoError, EmbeddedPostgresError) as failure:
        sys.stderr.write(f"{failure}\n")
        return 1
    except OSError as failure:  # a full disk, for one
        sys.stderr.write(f"The demo can't go on: {failure}\n")
        return 1
    except KeyboardInterrupt:  # while backing up or restoring; the others stop in order
        sys.stderr.write("Stopped\n")
        return 1
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m cinema.demo",
        description="Runs cinemas and the site that sells for them on this machine, with their"
        " databases, until Ctrl-C.",
        epilog="Environment: DEMO_PORT (8001), the first city's, the others follow;"
        " DEMO_SITE_PORT (8000); DEMO_CITIES (all), for example kazan,irkutsk; DEMO_PAYMENTS, none"
        " or sandbox for all cities; DEMO_DIRECTORY (.demo); DATABASE_URL and"
        " DATABASE_REPLICA_URLS to run the first city on a PostgreSQL of your own;"
        " DEMO_REPLICAS (1), how many replicas each city has;"
        " DEMO_RESTART_DATABASE=0 to leave a database dead after it was killed;"
        " DEMO_PROMETHEUS_PORT (9090), where watch runs Prometheus.",
    )
    parser.add_argument("action", nargs="?", choices=ACTIONS, default="up")
    parser.add_argument(
        "--city",
        action="append",
        default=[],
        choices=list(CITIES),
        help="this city only; may be given several times",
    )
    parser.add_argument(
        "--to",
        default="",
        help="restore: the moment, 2026-12-01T18:30:00+03:00 (default: the end of the log)",
    )
    return parser


if __name__ == "__main__":
    sys.exit(main())
