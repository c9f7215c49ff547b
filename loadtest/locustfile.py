"""For Locust: `python -m loadtest` runs it, and so does `locust -f loadtest/locustfile.py`."""

from typing import Any

from locust import events
from locust.argument_parser import LocustArgumentParser
from locust.env import Environment

from loadtest import proof
from loadtest.users import Buyer, FlashBuyer, SeatBot, Visitor, premiere

__all__ = ["Buyer", "FlashBuyer", "SeatBot", "Visitor"]


@events.init_command_line_parser.add_listener
def add_arguments(parser: LocustArgumentParser) -> None:
    parser.add_argument(
        "--return-url",
        default="",
        env_var="LOAD_RETURN_URL",
        help="page of the site that payments may return to (default: the host's first page)",
    )


@events.init.add_listener
def install(environment: Environment, **_: Any) -> None:
    proof.install(environment)


@events.test_start.add_listener
def close_doors(**_: Any) -> None:
    premiere.reset()


@events.spawning_complete.add_listener
def open_doors(**_: Any) -> None:
    premiere.doors.set()
