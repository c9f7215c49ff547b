"""What the demo says of itself when it runs, and what it leaves for scripts."""

import dataclasses
import json
import shlex
from pathlib import Path

import pytest

from aggregator import cities as site_cities
from cinema.demo import announce
from cinema.demo.announce import summary
from cinema.demo.choosing import Choice
from cinema.demo.cities import CITIES
from cinema.demo.provider import Opened
from cinema.demo.site import directory_of
from cinema.demo.supervisor import addresses
from cinema.demo.workspace import Workspace

CHOICE = Choice([CITIES["kazan"], CITIES["irkutsk"]], 8000)
OPENED = {
    city.id: Opened(
        admin_password="open-sesame",
        has_staff=True,
        api_token=f"token-of-{city.id}",
        settings={"CITY": city.id, "PUBLIC_URL": city.url, "SITE_URL": CHOICE.site_url},
    )
    for city in CHOICE.cities
}


@pytest.fixture(autouse=True)
def nobody_listens(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(announce, "vacant_seats", lambda port: None)


def said(tmp_path: Path, opened: dict[str, Opened] = OPENED) -> str:
    return summary(CHOICE, opened, Workspace(tmp_path))


def changed(**values: object) -> dict[str, Opened]:
    return {**OPENED, "irkutsk": dataclasses.replace(OPENED["irkutsk"], **values)}


def test_the_site_comes_first_and_every_city_has_a_line(tmp_path):
    lines = [line for line in said(tmp_path).splitlines() if line]
    assert lines[0] == "Buy a ticket: http://127.0.0.1:8000/"
    [kazan] = [line for line in lines if line.lstrip().startswith("Казань")]
    [irkutsk] = [line for line in lines if line.lstrip().startswith("Иркутск")]
    assert "http://127.0.0.1:8001" in kazan
    assert "at the cinema" in kazan
    assert "http://127.0.0.1:8002" in irkutsk
    assert "sandbox" in irkutsk


def test_it_fits_on_a_screen(tmp_path):
    assert len(said(tmp_path).splitlines()) <= 24


def test_one_password_of_all_cities_is_told_once(tmp_path):
    assert said(tmp_path).count("open-sesame") == 1


def test_passwords_that_differ_are_told_with_their_cities(tmp_path):
    text = said(tmp_path, changed(admin_password="another"))
    assert "password open-sesame   (Казань)" in text
    assert "password another   (Иркутск)" in text


def test_it_names_accounts_of_staff_only_where_it_made_them(tmp_path):
    assert "one of the staff" in said(tmp_path)
    nobody = {
        id: dataclasses.replace(one, has_staff=False, admin_password=None)
        for id, one in OPENED.items()
    }
    assert "one of the staff" not in said(tmp_path, nobody)


def test_it_shows_how_to_buy_from_the_cinema_and_other_seats_through_the_site(
    tmp_path, monkeypatch
):
    path = "/movies/1/seances/2/bookings"
    monkeypatch.setattr(announce, "vacant_seats", lambda port: (path, [3, 4, 5, 6]))
    direct, through = [shlex.split(line) for line in said(tmp_path).splitlines() if "curl" in line]
    assert direct[1] == f"http://127.0.0.1:8001{path}"
    assert through[1] == f"http://127.0.0.1:8000/cities/kazan{path}"
    assert json.loads(direct[-1])["seatsIds"] == [3, 4]
    assert json.loads(through[-1])["seatsIds"] == [5, 6]


def test_scripts_find_the_first_city_in_one_file_and_each_in_its_own(tmp_path):
    workspace = Workspace(tmp_path)
    for place, city in enumerate(CHOICE.cities):
        workspace.of_city(city.id).mkdir()
        variables = {**OPENED[city.id].variables(), **addresses(CHOICE, OPENED)}
        workspace.announce(city.id, variables, first=place == 0)

    first = read_variables(tmp_path / "env")
    assert first == read_variables(tmp_path / "kazan" / "env")
    assert first["API_URL"] == "http://127.0.0.1:8001"
    assert first["API_TOKEN"] == "token-of-kazan"
    assert first["SITE_URL"] == "http://127.0.0.1:8000"
    assert first["CITY_IDS"] == "kazan,irkutsk"
    assert first["API_URL_IRKUTSK"] == "http://127.0.0.1:8002"
    assert first["API_TOKEN_IRKUTSK"] == "token-of-irkutsk"
    assert read_variables(tmp_path / "irkutsk" / "env")["CITY"] == "irkutsk"

    workspace.withdraw()
    assert not list(tmp_path.rglob("env"))


def read_variables(path: Path) -> dict[str, str]:
    return dict(line.split("=", 1) for line in shlex.split(path.read_text()))


def test_the_site_understands_the_list_of_cities():
    kazan, irkutsk = site_cities.parsed(directory_of(CHOICE.cities))
    assert (kazan.id, kazan.url, kazan.time_zone) == (
        "kazan",
        "http://127.0.0.1:8001",
        "Europe/Moscow",
    )
    assert [irkutsk.name_in(language) for language in ("ru", "en")] == ["Иркутск", "Irkutsk"]
