"""Nothing but the contract's addresses of a configured provider can be reached."""

import pytest

from aggregator.relay.paths import is_open
from tests.aggregator.doubles import provider
from tests.aggregator.serving import serving

OPEN = [
    "/movies",
    "/movies/",
    "/movies/1/seances/2/bookings",
    "/seances?from=2026-12-01T00:00:00%2B03:00",
    "/bookings/0193a1b2-0000-4000-8000-000000000000/tickets.pdf",
    "/payments/notifications/yookassa",
    "/health/ready",
    "/metrics",
    "/schema",
    "/movies/%D0%B0",
]
TRICKS = [
    "/movies/..;/admin",
    "/movies/.;a=b/1",
    "/",
    "",
    "/admin/",
    "/static/x.js",
    "/docs",
    "/movies/../admin/",
    "/movies/..",
    "/movies/.",
    "/./admin",
    "/movies/%2e%2e/admin/",
    "/movies/.%2E/admin/",
    "/movies/%252e%252e/admin/",
    "/movies//admin",
    "//admin",
    "//evil.example/movies",
    "/movies%2f..%2fadmin",
    "/movies/%2F%2Fevil.example",
    "/movies\\..\\admin",
    "/movies/%5c..%5cadmin",
    "/http://evil.example/movies",
    "/@evil.example/movies",
    "/movies@evil.example",
    "/movies/%40evil",
    "/movies/%00",
    "/movies/%0d%0aX-Injected:1",
    "/movies/%7f",
    "/movies/%",
    "/movies/%zz",
    "/Movies",
    "/moviesx",
]


@pytest.mark.parametrize("target", OPEN)
def test_the_contract_s_addresses_are_open(target: str) -> None:
    with provider() as kazan, serving(kazan.city()) as site:
        assert site.ask(f"/cities/kazan{target}").status == 200
    assert [asked.target for asked in kazan.asked] == [target]


def test_tricks_reach_nothing() -> None:
    with provider() as kazan, serving(kazan.city()) as site:
        for trick in TRICKS:
            got = site.ask(f"/cities/kazan{trick}")
            assert (got.status, got.title) == (404, "Not found"), trick
    assert not kazan.asked


@pytest.mark.parametrize("byte", [*range(0x21), 0x7F, *range(0x80, 0x100)])
def test_control_characters_and_bytes_that_no_address_has_are_refused(byte: int) -> None:
    assert not is_open(b"/movies/" + bytes([byte]), b"")
    assert not is_open(b"/movies", bytes([byte]))


@pytest.mark.parametrize(
    "target",
    [
        "/cities/nowhere/movies",
        "/cities/Kazan/movies",
        "/cities/%6bazan/movies",
        "/cities/../cities/kazan/movies",
        "/cities//kazan/movies",
        "/cities/kazan%2fmovies",
        "/cities/http://127.0.0.1/movies",
    ],
)
def test_an_unknown_city_is_said_to_be_one(target: str) -> None:
    with provider() as kazan, serving(kazan.city()) as site:
        got = site.ask(target)
    assert (got.status, got.title) == (404, "City not found")
    assert not kazan.asked


@pytest.mark.parametrize(
    "target", ["/cities%2fkazan/movies", "/%63ities/kazan/movies", "/./cities/kazan/movies"]
)
def test_other_spellings_are_no_addresses_of_the_relay(target: str) -> None:
    with provider() as kazan, serving(kazan.city()) as site:
        site.ask(target)
    assert not kazan.asked


def test_an_absolute_target_leads_nowhere_else() -> None:
    with provider() as kazan, provider() as evil, serving(kazan.city()) as site:
        assert site.ask(f"http://127.0.0.1:{evil.port}/cities/kazan/movies").status == 200
    assert (len(kazan.asked), len(evil.asked)) == (1, 0)
