"""The cinemas that the demo knows."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True)
class City:
    id: str
    names: Mapping[str, str]
    """By language; Russian, the language of the cinema, among them."""
    time_zone: str
    payments: str
    """The setting PAYMENTS of its provider."""
    port: int

    @property
    def name(self) -> str:
        return self.names["ru"]

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"


def _city(id: str, russian: str, english: str, time_zone: str, payments: str, port: int) -> City:
    names = MappingProxyType({"ru": russian, "en": english})
    return City(id, names, time_zone, payments, port)


CITIES = {
    city.id: city
    for city in (
        _city("kazan", "Казань", "Kazan", "Europe/Moscow", "none", 8001),
        _city("irkutsk", "Иркутск", "Irkutsk", "Asia/Irkutsk", "sandbox", 8002),
        _city("kaliningrad", "Калининград", "Kaliningrad", "Europe/Kaliningrad", "none", 8003),
    )
}
