"""The site as gunicorn runs it."""

import asyncio
import http.client
import re
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import requests

from tests.aggregator.doubles import Provider, answering, provider
from tests.aggregator.site import ROOT, Site, city
from tests.counting import samples
from tests.polling import eventually


@pytest.fixture(scope="module")
def kazan() -> Iterator[Provider]:
    with provider() as double:
        yield double


@pytest.fixture(scope="module")
def site(kazan: Provider, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    directory = tmp_path_factory.mktemp("site")
    cities = [city("kazan", "Казань", kazan.url)]
    with Site(cities=cities, directory=directory, workers=2) as running:
        yield running


def test_it_is_healthy_and_counts_over_its_processes(site: Site) -> None:
    assert requests.get(f"{site.url}/health", timeout=5).json() == {"result": "ok"}
    assert requests.get(f"{site.url}/health/ready", timeout=5).status_code == 200
    assert requests.post(f"{site.url}/health", timeout=5).status_code == 405

    def counted() -> int:
        text = requests.get(f"{site.url}/metrics", timeout=5).text
        line = 'http_server_requests_total{app="aggregator",city="kazan",code="200",method="GET"}'
        found = re.search(rf"^{re.escape(line)} (\d+)", text, re.MULTILINE)
        return int(found[1]) if found else 0

    before = counted()
    for _ in range(10):
        requests.get(f"{site.url}/cities/kazan/movies", timeout=5)
    assert counted() == before + 10


def test_its_metrics_have_what_may_go_wrong_before_it_does(site: Site) -> None:
    found = samples(requests.get(f"{site.url}/metrics", timeout=5).content)
    assert [name for name in found if name.startswith('build_info{app="aggregator"')]
    assert found["http_server_requests_in_progress"] >= 1
    requests_of = 'http_server_requests_total{app="aggregator",city='
    for city_id in ("", "kazan"):
        assert found[f'{requests_of}"{city_id}",code="503",method="GET"}}'] == 0
    assert found['city_calls_total{city="kazan",result="unreachable"}'] == 0
    assert found['city_breaker_open{city="kazan"}'] == 0
    assert found['city_retries_total{city="kazan"}'] == 0


def test_metrics_can_be_read_while_workers_come_and_go(site: Site) -> None:
    before = site.workers()
    answers = []
    for worker in before:
        worker.kill()
        answers += [_status(f"{site.url}/metrics") for _ in range(10)]
    eventually(lambda: len(set(site.workers()) - set(before)) == len(before), within=30)
    assert set(answers) <= {0, 200}  # 0: the worker that was killed had the connection
    eventually(lambda: requests.get(f"{site.url}/metrics", timeout=5).ok)


def test_a_visitor_who_leaves_before_the_answer_is_no_failure_of_the_site(site: Site) -> None:
    def counted(code: int) -> float:
        page = requests.get(f"{site.url}/metrics", timeout=5).content
        name = f'http_server_requests_total{{app="aggregator",city="kazan",code="{code}",method='
        return samples(page).get(f'{name}"POST"}}', 0)

    left, failed = counted(499), counted(500)
    address = urlsplit(site.url)
    with socket.create_connection((str(address.hostname), address.port), timeout=5) as visitor:
        path = "/cities/kazan/movies/1/seances/1/bookings"
        head = f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 9\r\n\r\n"
        visitor.sendall(head.encode() + b"{")
    eventually(lambda: counted(499) == left + 1)
    assert counted(500) == failed


def _status(url: str) -> int:
    try:
        return requests.get(url, timeout=5).status_code
    except requests.ConnectionError:
        return 0


def test_invented_cities_and_methods_make_no_time_series(site: Site) -> None:
    requests.get(f"{site.url}/cities/invented/movies", timeout=5)
    requests.request("BREW", f"{site.url}/invented-page/", timeout=5)
    text = requests.get(f"{site.url}/metrics", timeout=5).text
    assert "invented" not in text
    assert "BREW" not in text


def test_a_request_keeps_its_id_and_gets_one_line_without_secrets(
    site: Site, kazan: Provider
) -> None:
    booking = "0193a1b2-1111-4222-8333-444455556666"
    got = requests.get(
        f"{site.url}/cities/kazan/bookings/{booking}?email=a@b.org",
        headers={
            "X-Request-ID": "asked-by-me",
            "traceparent": "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
        },
        timeout=5,
    )
    assert got.headers["X-Request-ID"] == "asked-by-me"
    assert kazan.asked[-1].header("X-Request-ID") == "asked-by-me"
    assert (kazan.asked[-1].header("traceparent") or "").startswith("00-0af7651916cd43dd")
    eventually(lambda: "asked-by-me" in site.log)
    [line] = [line for line in site.log.splitlines() if "asked-by-me" in line]
    assert "trace=0af7651916cd43dd8448eb211c80319c" in line
    assert "GET /cities/kazan/bookings/0193a1b2… 200" in line
    assert "a@b.org" not in site.log
    assert booking not in site.log


def test_a_bad_request_id_is_replaced(site: Site) -> None:
    got = requests.get(f"{site.url}/health", headers={"X-Request-ID": "two words"}, timeout=5)
    assert re.fullmatch(r"[0-9a-f]{32}", got.headers["X-Request-ID"])


def test_pages_say_what_browsers_may_do(site: Site) -> None:
    got = requests.get(f"{site.url}/robots.txt", timeout=5)
    policy = got.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "script-src 'self'" in policy
    assert "unsafe" not in policy
    assert got.headers["X-Frame-Options"] == "DENY"
    assert got.headers["X-Content-Type-Options"] == "nosniff"
    assert got.headers["Referrer-Policy"] == "same-origin"


def test_static_files_are_hashed_compressed_and_kept(site: Site) -> None:
    static = Path(site.environment["STATIC_ROOT"])
    [style] = [
        path
        for path in static.rglob("*.css")
        if re.search(r"\.[0-9a-f]{12}\.css$", path.name)
        and path.with_name(f"{path.name}.gz").exists()
    ][:1]
    got = requests.get(
        f"{site.url}/static/{style.relative_to(static)}",
        headers={"Accept-Encoding": "gzip"},
        timeout=5,
    )
    assert got.headers["Content-Encoding"] == "gzip"
    assert "immutable" in got.headers["Cache-Control"]
    assert requests.get(f"{site.url}/static/../settings.py", timeout=5).status_code == 404
    assert requests.get(f"{site.url}/static/%2e%2e/settings.py", timeout=5).status_code == 404


def test_a_new_city_is_sold_for_without_a_restart(site: Site, kazan: Provider) -> None:
    def answers() -> set[int]:
        """Of both processes, in all likelihood."""
        perm = f"{site.url}/cities/perm/movies"
        return {requests.get(perm, timeout=5).status_code for _ in range(12)}

    both = [city("kazan", "Казань", kazan.url), city("perm", "Пермь", kazan.url)]
    site.set_cities(both)
    eventually(lambda: answers() == {200}, within=20)
    try:
        site.cities_file.write_text("[{", encoding="utf-8")
        eventually(lambda: answers() and "The cities stay as they were" in site.log, within=20)
        assert answers() == {200}
    finally:
        site.set_cities(both[:1])
    eventually(lambda: answers() == {404}, within=20)


def test_production_settings_have_nothing_to_be_warned_of(site: Site) -> None:
    site.environment["HTTPS"] = "true"
    try:
        checked = site.manage("check", "--deploy", "--fail-level", "WARNING")
    finally:
        site.environment["HTTPS"] = "false"
    assert checked.returncode == 0, checked.stderr


def test_behind_a_gateway_that_ends_tls_pages_come_by_https_only(
    kazan: Provider, tmp_path: Path
) -> None:
    with Site(
        cities=[city("kazan", "Казань", kazan.url)],
        directory=tmp_path,
        HTTPS="true",
        TRUSTED_PROXIES="1",
    ) as site:
        page = f"{site.url}/robots.txt"
        plain = requests.get(page, timeout=5, allow_redirects=False)
        assert plain.status_code == 301
        assert plain.headers["Location"].startswith("https://")
        by_gateway = {"X-Forwarded-For": "203.0.113.9", "X-Forwarded-Proto": "https"}
        secure = requests.get(page, headers=by_gateway, timeout=5)
        assert secure.status_code == 200
        assert secure.headers["Strict-Transport-Security"].startswith("max-age=31536000")
        requests.get(f"{site.url}/cities/kazan/movies", headers=by_gateway, timeout=5)
    assert kazan.asked[-1].header("X-Forwarded-Proto") == "https"
    assert kazan.asked[-1].header("X-Forwarded-For") == "203.0.113.9, 127.0.0.1"


@pytest.mark.parametrize(
    ("variable", "value", "sentence"),
    [
        ("SECRET_KEY", "", "SECRET_KEY is not set"),
        ("CITIES_FILE", "", "Neither CITIES_FILE nor CITIES is set"),
        ("CITIES_FILE", "/nowhere.json", "/nowhere.json can't be read"),
        ("LANGUAGE", "tt", "LANGUAGE must be ru or en, not 'tt'"),
        ("PAGE_DEADLINE_SECONDS", "soon", "PAGE_DEADLINE_SECONDS must be a number above 0"),
        ("LOG_LEVEL", "loud", "LOG_LEVEL must be one of DEBUG, INFO,"),
        ("GRACEFUL_SECONDS", "ten", "GRACEFUL_SECONDS must be a whole number, not 'ten'"),
        ("SITE_URL", "tickets.example", "SITE_URL must begin with http:// or https://"),
    ],
)
def test_a_mistake_in_the_configuration_is_one_sentence(
    site: Site, variable: str, value: str, sentence: str
) -> None:
    gunicorn = str(Path(sys.executable).with_name("gunicorn"))
    started = subprocess.run(
        [gunicorn, "-c", "aggregator/gunicorn.conf.py", "aggregator.asgi:application"],
        cwd=ROOT,
        env={**site.environment, "BIND": "127.0.0.1:0", variable: value},
        capture_output=True,
        text=True,
        check=False,
        timeout=30,
    )
    assert started.returncode != 0
    assert sentence in started.stderr
    assert "Traceback" not in started.stderr


def test_a_request_under_way_is_answered_before_it_stops(tmp_path: Path) -> None:
    async def slow(asked: object, writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(1)
        await answering()(asked, writer)  # type: ignore[arg-type]

    with provider(slow) as double:
        stopping = Site(cities=[city("kazan", "Казань", double.url)], directory=tmp_path)
        stopping.start()
        got: list[int] = []
        asking = threading.Thread(
            target=lambda: got.append(
                requests.get(f"{stopping.url}/cities/kazan/movies", timeout=10).status_code
            )
        )
        asking.start()
        eventually(lambda: double.asked)
        stopping.stop()
        asking.join()
    assert got == [200]


def test_who_is_asked_to_stop_says_so_on_the_connections_it_still_has(tmp_path: Path) -> None:
    with Site(cities=[city("kazan", "Казань", "http://127.0.0.1:1")], directory=tmp_path) as site:
        address = urlsplit(site.url)
        kept = http.client.HTTPConnection(str(address.hostname), address.port, timeout=5)

        def serving() -> tuple[int, str]:
            kept.request("GET", "/health/serving")
            answer = kept.getresponse()
            return answer.status, answer.read().decode()

        assert serving() == (200, '{"result":"ok"}')
        stopping = threading.Thread(target=site.stop)
        stopping.start()
        status, body = next(answer for answer in iter(serving, None) if answer[0] != 200)
        kept.close()
        stopping.join()
    assert status == 503
    assert "This process is stopping" in body


def test_a_forged_form_leaves_no_secret_in_the_log(site: Site) -> None:
    booking = "0193a1b2-1111-4222-8333-444455556666"
    got = requests.post(f"{site.url}/kazan/bookings/{booking}/pay/", timeout=5)
    assert got.status_code == 403
    eventually(lambda: "Forbidden" in site.log)
    assert booking not in site.log


@pytest.mark.parametrize("token", [r"\015\012Evil: 1", r"\303\251", "a" * 5000])
def test_a_visitor_s_token_that_is_none_is_not_passed_on(
    site: Site, kazan: Provider, token: str
) -> None:
    """Browsers' cookies may hold what no header can."""
    kazan.asked.clear()
    headers = {"Cookie": f'fresh="kazan:{token}"'}
    assert requests.get(f"{site.url}/kazan/", headers=headers, timeout=5).status_code == 200
    assert all(asked.header("X-Consistency-Token") is None for asked in kazan.asked)


@pytest.mark.parametrize("status", [400, 401, 403, 429])
def test_a_city_that_refuses_what_everybody_may_ask_is_not_selling(
    site: Site, kazan: Provider, status: int
) -> None:
    kazan.answer = answering(status, b'{"errors": [{"title": "No", "detail": "No."}]}')
    try:
        got = requests.get(f"{site.url}/kazan/films/{status}/", timeout=5)
    finally:
        kazan.answer = answering()
    assert got.status_code == 503


def test_a_form_without_end_is_not_kept(site: Site) -> None:
    pieces = (b"a" * 65536 for _ in range(100))
    got = requests.post(f"{site.url}/language/", data=pieces, timeout=5)
    assert (got.status_code, got.json()["errors"][0]["title"]) == (413, "Request too large")
