"""What others ask of a running demo: to leave dead what they kill on purpose, until they say
otherwise."""

from pathlib import Path


class Orders:
    """One empty file for each process that is to stay dead, in the city's directory."""

    def __init__(self, city_directory: Path) -> None:
        self._left_dead = city_directory / "left-dead"

    def leave_dead(self, name: str) -> None:
        self._left_dead.mkdir(mode=0o700, exist_ok=True)
        (self._left_dead / name).touch()

    def revive(self, name: str) -> None:
        (self._left_dead / name).unlink(missing_ok=True)

    def is_left_dead(self, name: str) -> bool:
        return (self._left_dead / name).exists()

    def withdraw(self) -> None:
        """What a killed game day left must not outlast the demo that it broke."""
        for order in self._left_dead.glob("*"):
            order.unlink(missing_ok=True)
