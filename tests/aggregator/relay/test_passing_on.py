"""What goes through the relay, and what doesn't."""

import pytest

from tests.aggregator.doubles import answering, bytes_of, provider
from tests.aggregator.serving import serving


def test_cities_are_listed_with_and_without_a_slash() -> None:
    with provider() as kazan, serving(kazan.city(), kazan.city("perm", "Пермь")) as site:
        for target in ("/cities", "/cities/"):
            got = site.ask(target)
            assert got.status == 200
            assert [(c["id"], c["name"]) for c in got.json()["data"]] == [
                ("kazan", "Казань"),
                ("perm", "Пермь"),
            ]
        assert site.ask("/cities", "POST").status == 405


def test_a_request_arrives_as_it_was_sent() -> None:
    body = b'{"email": "a@b.org", "seatsIds": [1, 2]}'
    with provider(answering(201, b'{"data": [1]}')) as kazan, serving(kazan.city()) as site:
        got = site.ask(
            "/cities/kazan/movies/1/seances/2/bookings/?a=%2F&b=1;c&d",
            "POST",
            "Content-Type: application/json",
            "Authorization: Token secret",
            "Idempotency-Key: ключ".encode().decode("latin-1"),
            "X-Consistency-Token: t",
            body=body,
        )
    assert (got.status, got.body) == (201, b'{"data": [1]}')
    [asked] = kazan.asked
    assert asked.method == "POST"
    assert asked.target == "/movies/1/seances/2/bookings/?a=%2F&b=1;c&d"
    assert asked.body == body
    assert asked.header("Authorization") == "Token secret"
    assert (asked.header("Idempotency-Key") or "").encode("latin-1").decode() == "ключ"
    assert asked.header("X-Consistency-Token") == "t"
    assert asked.header("Host") == f"127.0.0.1:{kazan.port}"
    assert asked.header("Accept-Encoding") is None
    assert asked.header("User-Agent") is None


def test_an_answer_arrives_as_it_was_given() -> None:
    given = answering(
        409, b"\x1f\x8bnot ours to read", "Content-Encoding: gzip", 'ETag: "e"', "Retry-After: 7"
    )
    with provider(given) as kazan, serving(kazan.city()) as site:
        got = site.ask("/cities/kazan/bookings")
    assert (got.status, got.body) == (409, b"\x1f\x8bnot ours to read")
    assert got.header("Content-Encoding") == "gzip"
    assert (got.header("ETag"), got.header("Retry-After")) == ('"e"', "7")


def test_head_has_headers_only() -> None:
    with provider(answering(200, b"x" * 7)) as kazan, serving(kazan.city()) as site:
        got = site.ask("/cities/kazan/movies", "HEAD")
    assert (got.status, got.body, got.header("Content-Length")) == (200, b"", "7")
    assert kazan.asked[0].method == "HEAD"


def test_a_body_in_pieces_arrives_whole() -> None:
    with provider() as kazan, serving(kazan.city()) as site, site.connect() as connection:
        connection.sendall(
            b"POST /cities/kazan/bookings HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
            b"Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n"
        )
        connection.sendall(b"20000\r\n" + b"d" * 0x20000 + b"\r\n0\r\n\r\n")
        assert connection.recv(1000).startswith(b"HTTP/1.1 200")
    assert kazan.asked[0].body == b"abc" + b"d" * 0x20000


@pytest.mark.parametrize("size", [2 * 1024 * 1024 + 1])
def test_more_than_two_megabytes_are_refused(size: int) -> None:
    with provider() as kazan, serving(kazan.city()) as site:
        got = site.ask("/cities/kazan/bookings", "POST", f"Content-Length: {size}")
        assert (got.status, got.title) == (413, "Request too large")
    assert not kazan.asked


def test_also_when_they_are_not_announced_and_the_city_is_not_blamed() -> None:
    with provider() as kazan, serving(kazan.city()) as site:
        for _ in range(6):
            with site.connect() as connection:
                connection.sendall(
                    b"POST /cities/kazan/bookings HTTP/1.1\r\nHost: x\r\n"
                    b"Transfer-Encoding: chunked\r\n\r\n"
                )
                for _piece in range(36):
                    connection.sendall(b"10000\r\n" + b"d" * 0x10000 + b"\r\n")
                assert connection.recv(1000).startswith(b"HTTP/1.1 413")
        assert site.ask("/cities/kazan/movies").status == 200


def test_what_belongs_to_one_connection_stays_there() -> None:
    given = answering(200, b"{}", "Connection: X-Inner", "X-Inner: 1", "Keep-Alive: timeout=5")
    with provider(given) as kazan, serving(kazan.city()) as site:
        got = site.ask(
            "/cities/kazan/movies",
            "GET",
            "Connection: X-Mine, close",
            "X-Mine: 1",
            "TE: trailers",
            "Upgrade: h2c",
            "Proxy-Authorization: Basic x",
            "Forwarded: for=1.2.3.4",
        )
    [asked] = kazan.asked
    for name in ("X-Mine", "TE", "Upgrade", "Proxy-Authorization", "Forwarded", "Connection"):
        assert asked.header(name) is None, name
    assert got.header("X-Inner") is None
    assert got.header("Keep-Alive") is None


def test_the_provider_learns_who_asks() -> None:
    with provider() as kazan, serving(kazan.city()) as site:
        site.ask(
            "/cities/kazan/movies",
            "GET",
            "X-Forwarded-For: 1.2.3.4",
            "X-Forwarded-Proto: https",
            "X-Request-ID: mine",
        )
    [asked] = kazan.asked
    assert asked.header("X-Forwarded-For") == "1.2.3.4, 127.0.0.1"
    assert asked.header("X-Forwarded-Proto") == "http"  # nobody is believed
    assert asked.header("X-Forwarded-Host") == "site.example"
    assert asked.header("X-Request-ID") == "mine"
    assert int(asked.header("X-Deadline-Ms") or 0) > 0


def test_the_site_s_cookies_are_not_the_city_s() -> None:
    cookies = "Cookie: csrftoken=a; consistency=b; city=kazan; django_language=ru; hold=x"
    with provider() as kazan, serving(kazan.city()) as site:
        site.ask("/cities/kazan/movies", "GET", cookies)
        site.ask("/cities/kazan/movies", "GET", "Cookie: csrftoken=a")
    assert [asked.header("Cookie") for asked in kazan.asked] == ["consistency=b", None]


def test_a_city_sets_cookies_for_its_part_of_the_site_only() -> None:
    given = answering(200, b"{}", "Set-Cookie: csrftoken=evil; Path=/; Domain=.example; HttpOnly")
    with provider(given) as kazan, serving(kazan.city()) as site:
        got = site.ask("/cities/kazan/schema")
    assert got.header("Set-Cookie") == "csrftoken=evil; HttpOnly; Path=/cities/kazan/"


@pytest.mark.parametrize(
    ("given", "seen"),
    [
        ("/bookings/1", "/cities/kazan/bookings/1"),
        ("{url}/bookings/1?a=b", "/cities/kazan/bookings/1?a=b"),
        ("{url}.evil.example/x", "{url}.evil.example/x"),
        ("https://bank.example/pay", "https://bank.example/pay"),
        ("//evil.example/", "//evil.example/"),
    ],
)
def test_the_provider_s_own_addresses_lead_through_the_site(given: str, seen: str) -> None:
    with provider() as kazan, serving(kazan.city()) as site:
        kazan.answer = answering(201, b"{}", f"Location: {given.format(url=kazan.url)}")
        got = site.ask("/cities/kazan/bookings", "POST")
    assert got.header("Location") == seen.format(url=kazan.url)


def test_a_corrupted_city_can_t_run_scripts_on_the_site() -> None:
    policy = "Content-Security-Policy: script-src *"
    given = answering(200, b"<script>alert(1)</script>", policy, kind="text/html")
    with provider(given) as kazan, serving(kazan.city()) as site:
        got = site.ask("/cities/kazan/movies")
    assert [v for n, v in got.headers if n.lower() == "content-security-policy"] == [
        "sandbox; default-src 'none'"
    ]
    assert got.header("X-Content-Type-Options") == "nosniff"


def test_scripts_of_other_sites_may_read_and_book() -> None:
    given = answering(200, b"{}", "Access-Control-Allow-Origin: https://one.example")
    with provider(given) as kazan, serving(kazan.city()) as site:
        got = site.ask("/cities/kazan/movies", "GET", "Origin: https://shop.example")
        asked = site.ask(
            "/cities/kazan/bookings",
            "OPTIONS",
            "Origin: https://shop.example",
            "Access-Control-Request-Method: POST",
            "Access-Control-Request-Headers: content-type,idempotency-key",
        )
        unknown = site.ask("/cities/nowhere/movies")
    assert [v for n, v in got.headers if n.lower() == "access-control-allow-origin"] == ["*"]
    assert "X-Consistency-Token" in (got.header("Access-Control-Expose-Headers") or "")
    assert got.header("Access-Control-Allow-Credentials") is None
    assert asked.status == 204
    assert asked.header("Access-Control-Allow-Origin") == "*"
    assert "POST" in (asked.header("Access-Control-Allow-Methods") or "")
    assert asked.header("Access-Control-Allow-Headers") == "content-type,idempotency-key"
    assert unknown.header("Access-Control-Allow-Origin") == "*"
    assert len(kazan.asked) == 1


def test_a_large_answer_comes_whole_also_without_a_length() -> None:
    chunk = b"10000\r\n" + b"x" * 0x10000 + b"\r\n"
    raw = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + chunk * 40 + b"0\r\n\r\n"
    with provider(bytes_of(raw)) as kazan, serving(kazan.city()) as site:
        got = site.ask("/cities/kazan/movies")
    assert got.body == b"x" * 0x10000 * 40


def test_a_visitor_s_word_for_his_address_isn_t_passed_on_in_disguise() -> None:
    with provider() as kazan, serving(kazan.city()) as site:
        site.ask("/cities/kazan/movies", "GET", "X_Forwarded_For: 6.6.6.6", "X_Real-IP: 6.6.6.6")
    assert "6.6.6.6" not in str(kazan.asked[0].headers)


@pytest.mark.parametrize("header", ['Clear-Site-Data: "*"', "Refresh: 0; url=https://evil.example"])
def test_an_answer_gives_no_orders_to_the_visitor_s_browser(header: str) -> None:
    answer = answering(200, b"{}", header)
    with provider(answer) as kazan, serving(kazan.city()) as site:
        got = site.ask("/cities/kazan/movies")
    assert got.header(header.partition(":")[0]) is None
