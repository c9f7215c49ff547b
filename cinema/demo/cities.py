"""The cinemas that the demo knows."""

from dataclasses import dataclass


@dataclass(frozen=True)
class City:
    id: str
    name: str
    time_zone: str
    port: int

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"


CITIES = {city.id: city for city in (City("kazan", "Казань", "Europe/Moscow", 8001),)}
