"""Which cities a demo runs, and where."""

import pytest

from cinema.demo.choosing import chosen
from cinema.demo.databases import embedded_cluster, replicas_wanted
from cinema.demo.errors import DemoError


@pytest.fixture(autouse=True)
def nothing_said(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("PORT", "SITE_PORT", "CITIES", "PAYMENTS", "REPLICAS"):
        monkeypatch.delenv(f"DEMO_{name}", raising=False)
    monkeypatch.delenv("DATABASE_URL", raising=False)


def test_all_three_cities_and_the_site_run_where_nothing_is_said():
    choice = chosen([])
    assert [(city.id, city.url) for city in choice.cities] == [
        ("kazan", "http://127.0.0.1:8001"),
        ("irkutsk", "http://127.0.0.1:8002"),
        ("kaliningrad", "http://127.0.0.1:8003"),
    ]
    assert choice.site_url == "http://127.0.0.1:8000"


def test_cities_are_numbered_from_the_first_port_in_the_order_they_were_named(monkeypatch):
    monkeypatch.setenv("DEMO_PORT", "9101")
    monkeypatch.setenv("DEMO_CITIES", "kaliningrad, kazan,kaliningrad")
    assert [(city.id, city.port) for city in chosen([]).cities] == [
        ("kaliningrad", 9101),
        ("kazan", 9102),
    ]


def test_an_argument_wins_over_the_environment(monkeypatch):
    monkeypatch.setenv("DEMO_CITIES", "kazan")
    assert [city.id for city in chosen(["irkutsk"]).cities] == ["irkutsk"]


def test_a_database_of_the_caller_s_is_one_cinema_s(monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "postgres://somewhere")
    assert [city.id for city in chosen(["irkutsk", "kazan"]).cities] == ["irkutsk"]


def test_one_city_is_paid_online_unless_the_caller_decides_for_all(monkeypatch):
    assert [city.payments for city in chosen([]).cities] == ["none", "sandbox", "none"]
    monkeypatch.setenv("DEMO_PAYMENTS", "sandbox")
    assert {city.payments for city in chosen([]).cities} == {"sandbox"}


@pytest.mark.parametrize(
    ("ports", "standbys"),
    [
        (None, 1),
        ('{"primary": 5001, "standby1": 5002}', 1),
        ('{"primary": 5001, "standby1": 5002, "standby2": 5003}', 2),
    ],
)
@pytest.mark.parametrize("wanted", [1, 2])
def test_a_city_has_as_many_replicas_as_wanted_and_keeps_more(tmp_path, ports, standbys, wanted):
    if ports:
        (tmp_path / "postgresql").mkdir()
        stored = f'{{"ports": {ports}, "passwords": {{}}}}'
        (tmp_path / "postgresql" / "cluster.json").write_text(stored)
    assert len(embedded_cluster(tmp_path, wanted).standbys) == max(standbys, wanted)


def test_how_many_replicas_are_wanted_is_a_small_number(monkeypatch):
    assert replicas_wanted() == 1
    monkeypatch.setenv("DEMO_REPLICAS", "2")
    assert replicas_wanted() == 2
    monkeypatch.setenv("DEMO_REPLICAS", "many")
    with pytest.raises(DemoError, match="DEMO_REPLICAS is 'many': set it to 1, 2, 3"):
        replicas_wanted()
