"""What the demo does before a city sells, and what it leaves out because it was done."""

import datetime
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest

from cinema.demo import upkeep
from cinema.demo.cities import CITIES
from cinema.demo.errors import DemoError
from cinema.demo.upkeep import SEEDED_DAYS, Upkeep
from cinema.demo.workspace import Secrets


class Database:
    """Remembers what was done to it."""

    def __init__(self) -> None:
        self.done: list[str] = []
        self.somebody_s_own = False

    def identity(self) -> str:
        return "the database"

    def migrations(self) -> str:
        return str(self.done.count("migrate"))

    def has_movies(self) -> bool:
        return self.somebody_s_own or "seed" in self.done

    def has_user(self, name: str) -> bool:
        return "createsuperuser" in self.done


class Manage:
    def __init__(self, database: Database, directory: Path) -> None:
        self.database = database
        self.log = directory / "log"
        self.runs: list[list[str]] = []
        self.fails = False

    @contextmanager
    def meanwhile(self, *wanted: Sequence[str], **environment: str) -> Iterator[Path]:
        yield self.log
        self.runs.append([command for command, *_ in wanted])
        if self.fails:
            raise DemoError("no")
        self.database.done += self.runs[-1]
        self.log.write_text("made\nthe-token\n")


@pytest.fixture
def database() -> Database:
    return Database()


@pytest.fixture
def manage(database: Database, tmp_path: Path) -> Manage:
    return Manage(database, tmp_path)


@pytest.fixture
def city(database: Database, manage: Manage, tmp_path: Path) -> Upkeep:
    kept = Secrets(tmp_path / "secrets.json")
    return Upkeep(CITIES["kazan"], database, kept, manage, "open-sesame", lambda message: None)


def days_pass(days: int, monkeypatch: pytest.MonkeyPatch) -> None:
    class Later(datetime.datetime):
        @classmethod
        def now(cls, tz: datetime.tzinfo | None = None) -> datetime.datetime:
            return datetime.datetime.now(tz) + datetime.timedelta(days=days)

    fake = type("datetime", (), {"datetime": Later, "date": datetime.date})
    monkeypatch.setattr(upkeep, "datetime", fake)


EVERYTHING = ["migrate", "seed", "createsuperuser", "create_staff", "create_api_token"]


def test_a_new_city_gets_everything_in_one_start_of_django(city, manage):
    city.prepare()
    assert manage.runs == [EVERYTHING]
    assert (city.admin_password, city.has_staff, city.api_token) == (
        "open-sesame",
        True,
        "the-token",
    )


def test_what_was_done_is_not_done_again(city, manage):
    city.prepare()
    city.prepare()
    with city.prolonging():
        pass
    assert len(manage.runs) == 1


def test_new_code_is_migrated_to(city, manage, monkeypatch):
    city.prepare()
    monkeypatch.setattr(upkeep, "code_fingerprint", lambda: "changed")
    city.prepare()
    assert manage.runs[1:] == [["migrate"]]


def test_a_database_that_was_put_back_is_migrated_again(city, manage, database):
    city.prepare()
    database.done.remove("migrate")
    city.prepare()
    assert manage.runs[1:] == [["migrate"]]


def test_what_failed_is_tried_again(city, manage):
    manage.fails = True
    with pytest.raises(DemoError):
        city.prepare()
    manage.fails = False
    city.prepare()
    assert manage.runs == [EVERYTHING, EVERYTHING]


def test_a_programme_of_somebody_s_own_stays_as_it_is(city, manage, database):
    database.somebody_s_own = True
    city.prepare()
    assert manage.runs == [[command for command in EVERYTHING if command != "seed"]]


def test_the_next_day_is_added_without_holding_up_the_start(city, manage, monkeypatch):
    city.prepare()
    days_pass(1, monkeypatch)
    city.prepare()
    assert len(manage.runs) == 1
    with city.prolonging():
        assert len(manage.runs) == 1
    assert manage.runs[1:] == [["seed"]]


def test_a_city_that_has_nothing_left_to_show_is_filled_before_it_sells(city, manage, monkeypatch):
    city.prepare()
    days_pass(SEEDED_DAYS, monkeypatch)
    city.prepare()
    assert manage.runs[1:] == [["seed"]]
