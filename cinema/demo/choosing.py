"""What the caller wants to run, from arguments and environment."""

import dataclasses
import os
from collections.abc import Sequence
from dataclasses import dataclass

from cinema.demo.cities import CITIES, City
from cinema.demo.errors import DemoError
from cinema.embedded.memory import port_is_free

FIRST_PORT = 8001
SITE_PORT = 8000
LAST_PORT = 65535
PAYMENTS = ("none", "sandbox")


@dataclass(frozen=True)
class Choice:
    cities: Sequence[City]
    site_port: int

    @property
    def site_url(self) -> str:
        return f"http://127.0.0.1:{self.site_port}"

    def check_ports(self) -> None:
        """All of them before anything starts."""
        if not port_is_free(self.site_port):
            raise _busy(self.site_port, "DEMO_SITE_PORT", self._other_site_port())
        for city in self.cities:
            if not port_is_free(city.port):
                raise _busy(city.port, "DEMO_PORT", self._other_first_port(city.port))

    def _other_site_port(self) -> int:
        taken = {self.site_port, *(city.port for city in self.cities)}
        return next(port for port in range(self.site_port, LAST_PORT) if port not in taken)

    def _other_first_port(self, busy: int) -> int:
        first = busy + 1
        return first if self.site_port not in _following(first, self.cities) else self.site_port + 1


def chosen(city_ids: Sequence[str]) -> Choice:
    """By `--city`, DEMO_CITIES, DEMO_PORT, DEMO_SITE_PORT and DEMO_PAYMENTS. Raises DemoError."""
    cities = _cities(city_ids)
    first = port_of("DEMO_PORT", FIRST_PORT)
    if first + len(cities) - 1 > LAST_PORT:
        raise DemoError(f"DEMO_PORT is {first}: leave room for {len(cities)} cities from there on.")
    site = port_of("DEMO_SITE_PORT", SITE_PORT)
    if site in _following(first, cities):
        raise DemoError(
            f"DEMO_SITE_PORT is {site}, which is a city's port: set it to a number outside of"
            f" {first} to {first + len(cities) - 1}."
        )
    payments = _payments()
    placed = [
        dataclasses.replace(city, port=first + place, payments=payments or city.payments)
        for place, city in enumerate(cities)
    ]
    return Choice(placed, site)


def _cities(city_ids: Sequence[str]) -> list[City]:
    named = city_ids or [name.strip() for name in os.environ.get("DEMO_CITIES", "").split(",")]
    wanted = list(dict.fromkeys(filter(None, named))) or list(CITIES)
    for name in wanted:
        if name not in CITIES:
            raise DemoError(f"There is no city {name!r}: choose from {', '.join(CITIES)}.")
    # One database is one cinema's.
    return [CITIES[name] for name in (wanted[:1] if os.environ.get("DATABASE_URL") else wanted)]


def port_of(variable: str, usual: int) -> int:
    """From the environment. DemoError when it is none."""
    port = os.environ.get(variable) or str(usual)
    if not (port.isdecimal() and 0 < int(port) <= LAST_PORT):
        raise DemoError(f"{variable} is {port!r}: set it to a number from 1 to {LAST_PORT}.")
    return int(port)


def _payments() -> str:
    payments = os.environ.get("DEMO_PAYMENTS", "")
    if payments and payments not in PAYMENTS:
        raise DemoError(f"DEMO_PAYMENTS is {payments!r}: set it to {' or '.join(PAYMENTS)}.")
    return payments


def _following(first: int, cities: Sequence[City]) -> range:
    return range(first, first + len(cities))


def _busy(port: int, variable: str, other: int) -> DemoError:
    return DemoError(
        f"Port {port} is already in use: stop what listens there or run {variable}={other} make"
        " demo"
    )
