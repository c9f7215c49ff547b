import json
import logging
from pathlib import Path
from typing import Any

import pytest

from aggregator.cities import RESERVED, City, Directory, InvalidDirectory, parsed
from tests.aggregator.clock import Clock

KAZAN = {
    "id": "kazan",
    "name": "Казань",
    "names": {"en": "Kazan"},
    "url": "http://127.0.0.1:8001/",
    "time_zone": "Europe/Moscow",
}
PERM = KAZAN | {"id": "perm", "name": "Пермь", "names": {}, "time_zone": "Asia/Yekaterinburg"}


def _text(*entries: Any) -> str:
    return json.dumps(list(entries))


def test_a_city_is_what_the_list_says() -> None:
    [city] = parsed(_text(KAZAN))
    assert (city.id, city.url) == ("kazan", "http://127.0.0.1:8001")
    assert (city.name_in("ru"), city.name_in("en")) == ("Казань", "Kazan")
    assert city.zone.key == "Europe/Moscow"
    [prefixed] = parsed(_text(KAZAN | {"url": "https://api.example/kazan"}))
    assert prefixed.url == "https://api.example/kazan"


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"id": "Kazan"}, "city 1 ('Kazan'): 'id' must be a small letter"),
        ({"id": "1kazan"}, "'id' must be a small letter"),
        ({"id": "k" * 64}, "'id' must be a small letter"),
        ({"id": "static"}, "'id' may not be 'static'"),
        ({"id": 7}, "city 1: 'id' must be a non-empty text; it is 7"),
        ({"name": " "}, "city 1 ('kazan'): 'name' must be a non-empty text"),
        ({"names": ["Kazan"]}, "'names' must be names by language"),
        ({"url": "kazan.example"}, "'url' must look like http://host:port"),
        ({"url": "ftp://kazan.example"}, "'url' must look like http://host:port"),
        ({"url": "http://"}, "'url' must look like http://host:port"),
        ({"url": "http://h:99999"}, "'url' must look like http://host:port"),
        ({"url": "http://h/?a"}, "'url' must not contain '?' or '#'"),
        ({"url": "http://h/#a"}, "'url' must not contain '?' or '#'"),
        ({"url": "http://h/a/../b"}, "'url' must be plain ASCII"),
        ({"url": "http://h/a b"}, "'url' must be plain ASCII"),
        ({"public_url": "kazan.example"}, "'public_url' must look like http://host:port"),
        ({"time_zone": "Moscow"}, "'time_zone' must be a name like 'Europe/Moscow'"),
        ({"time_zone": "../etc/passwd"}, "'time_zone' must be a name like 'Europe/Moscow'"),
        ({"time_zone": "Europe"}, "'time_zone' must be a name like 'Europe/Moscow'"),
        ({"colour": "red"}, "unknown field 'colour'; there are: id, name, names"),
    ],
)
def test_a_mistake_is_told_with_its_place(change: dict[str, Any], sentence: str) -> None:
    with pytest.raises(InvalidDirectory) as mistake:
        parsed(_text(KAZAN | change))
    assert sentence in str(mistake.value)


def test_a_password_is_refused_and_not_repeated() -> None:
    with pytest.raises(InvalidDirectory, match="user name or password") as mistake:
        parsed(_text(KAZAN | {"url": "http://me:hidden@h"}))
    assert "hidden" not in str(mistake.value)


@pytest.mark.parametrize("text", ["", "[", "{}", "[]", "7", "[7]", "[null]"])
def test_what_is_no_list_of_cities_is_refused(text: str) -> None:
    with pytest.raises(InvalidDirectory):
        parsed(text)


def test_a_missing_field_is_named() -> None:
    with pytest.raises(InvalidDirectory, match="'time_zone' must be a non-empty text; it is mis"):
        parsed(_text({k: v for k, v in KAZAN.items() if k != "time_zone"}))


def test_an_id_is_used_once() -> None:
    with pytest.raises(InvalidDirectory, match="city 2: the id 'kazan' is used twice"):
        parsed(_text(KAZAN, KAZAN))


def test_the_site_s_own_words_are_reserved() -> None:
    assert {"cities", "static", "health", "metrics", "language"} <= RESERVED


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    written = tmp_path / "cities.json"
    written.write_text(_text(KAZAN))
    return written


@pytest.fixture
def directory(file: Path, clock: Clock) -> Directory:
    opened = Directory(clock=clock)
    opened.open(file=file)
    return opened


def _ids(directory: Directory) -> list[str]:
    return [city.id for city in directory.cities()]


def _replace(file: Path, text: str) -> None:
    new = file.with_suffix(".new")
    new.write_text(text)
    new.replace(file)


def test_a_changed_file_is_seen_within_a_second(
    directory: Directory, file: Path, clock: Clock
) -> None:
    told: list[list[City]] = []
    directory.when_changed(told.append)
    _replace(file, _text(PERM, KAZAN))
    assert _ids(directory) == ["kazan"]
    clock.passes(1)
    assert _ids(directory) == ["perm", "kazan"]
    assert directory.city("perm")
    clock.passes(1)
    directory.cities()
    assert len(told) == 1


def test_a_link_that_is_turned_is_seen(tmp_path: Path, clock: Clock) -> None:
    """As Kubernetes does with a ConfigMap."""
    for number, entries in enumerate([[KAZAN], [PERM]]):
        (tmp_path / f"v{number}").mkdir()
        (tmp_path / f"v{number}" / "cities.json").write_text(_text(*entries))
    (tmp_path / "data").symlink_to("v0")
    (tmp_path / "cities.json").symlink_to("data/cities.json")
    directory = Directory(clock=clock)
    directory.open(file=tmp_path / "cities.json")
    (tmp_path / "new").symlink_to("v1")
    (tmp_path / "new").replace(tmp_path / "data")
    clock.passes(1)
    assert _ids(directory) == ["perm"]


@pytest.mark.parametrize("mistake", ["[", "missing"])
def test_a_mistake_leaves_the_cities_and_is_logged_once(
    directory: Directory, file: Path, clock: Clock, caplog: pytest.LogCaptureFixture, mistake: str
) -> None:
    caplog.set_level(logging.INFO)
    if mistake == "missing":
        file.unlink()
    else:
        _replace(file, mistake)
    for _ in range(3):
        clock.passes(1)
        assert _ids(directory) == ["kazan"]
    assert len(caplog.records) == 1
    assert "The cities stay as they were" in caplog.text
    _replace(file, _text(PERM))
    clock.passes(1)
    assert _ids(directory) == ["perm"]


def test_at_the_start_a_mistake_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(InvalidDirectory, match=r"nowhere can't be read \(No such file"):
        Directory().open(file=tmp_path / "nowhere")
    with pytest.raises(InvalidDirectory, match="not JSON"):
        Directory().open(text="[")
