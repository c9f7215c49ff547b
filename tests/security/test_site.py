"""The site between visitors and cities, neither of which it may trust.

API4 and API6: what visitors may take; API7: whom the site may be made to ask; API10: what it makes
of what cities answer. Over HTTP, as gunicorn runs it.
"""

import gzip
import re
from collections.abc import Iterator
from html.parser import HTMLParser

import psutil
import pytest
import requests

from tests.aggregator.doubles import Provider, answering, provider
from tests.aggregator.site import Site, city
from tests.security.hostile_city import BOOKING, BREAKS_OUT, LEADS_AWAY, SCRIPT, answers

HALL = "/kazan/films/1/seances/2/"
PAGES = ["/kazan/", "/?choose=1", "/kazan/films/1/", HALL, f"/kazan/tickets/{BOOKING}/"]
HOLDS = 3


@pytest.fixture(scope="module")
def kazan() -> Iterator[Provider]:
    with provider() as double:
        yield double


@pytest.fixture(scope="module")
def elsewhere() -> Iterator[Provider]:
    """A server beside the cities that no visitor and no city may reach through the site."""
    with provider() as double:
        yield double


@pytest.fixture(scope="module")
def running(kazan: Provider, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    directory = tmp_path_factory.mktemp("site")
    cities = [city("kazan", "Казань", kazan.url)]
    with Site(cities=cities, directory=directory, HOLDS_PER_MINUTE=str(HOLDS)) as site:
        yield site


@pytest.fixture
def site(running: Site, kazan: Provider) -> Site:
    """Kazan is a city that was taken over."""
    kazan.answer = answers(LEADS_AWAY)
    return running


class Tags(HTMLParser):
    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str]]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, {name: value or "" for name, value in attrs}))


@pytest.mark.parametrize("page", PAGES)
def test_what_a_city_answers_is_text_on_a_page_and_never_a_part_of_it(site: Site, page: str):
    got = requests.get(site.url + page, timeout=10)
    assert got.status_code == 200, got.text
    assert "alert(1)" in got.text, "the city's texts are not on the page"
    assert SCRIPT not in got.text
    for tag, attributes in Tags(got.text).found:
        assert not [name for name in attributes if name.startswith("on")], tag
        assert "style" not in attributes
        for name in ("href", "src", "action", "formaction"):
            assert not attributes.get(name, "").lower().startswith(("javascript:", "data:text"))
            assert not attributes.get(name, "").startswith("//")
        data = attributes.get("type") == "application/json"
        assert tag != "script" or data or attributes["src"].startswith("/static/")


def test_what_a_city_says_when_it_refuses_is_text_too(site: Site):
    got = reserve(site)
    assert got.status_code == 422
    assert SCRIPT not in got.text


def test_a_visitor_reserves_so_many_times_a_minute(site: Site, kazan: Provider):
    answered = [reserve(site) for _attempt in range(HOLDS + 2)]
    assert answered[-1].status_code == 429
    assert int(answered[-1].headers["Retry-After"]) > 0
    asked = len(kazan.asked)
    assert reserve(site).status_code == 429
    assert not [one for one in kazan.asked[asked:] if one.method == "POST"]


def reserve(site: Site) -> requests.Response:
    with requests.Session() as browser:
        page = browser.get(site.url + HALL, timeout=10).text
        token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page)
        assert token
        form = {"csrfmiddlewaretoken": token[1], "seat": "1"}
        return browser.post(site.url + HALL, form, timeout=10)


@pytest.mark.parametrize(
    "wanted",
    [
        "http://{host}/poster.svg",
        "//{host}/poster.svg",
        "/\\{host}/poster.svg",
        "@{host}/poster.svg",
        ":pass@{host}/poster.svg",
        "/../../{host}/poster.svg",
        "file:///etc/passwd",
        "http://169.254.169.254/latest/meta-data/",
    ],
)
def test_a_poster_is_fetched_from_its_city_or_not_at_all(
    site: Site, kazan: Provider, elsewhere: Provider, wanted: str
):
    host = f"127.0.0.1:{elsewhere.port}"
    for address in (wanted.format(host=host), kazan.url + wanted.format(host=host)):
        kazan.answer = answers(address)
        got = requests.get(f"{site.url}/kazan/posters/1/?v={hash(address)}", timeout=10)
        assert got.status_code == 404
    assert not elsewhere.asked


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_where_a_city_redirects_nobody_goes(
    site: Site, kazan: Provider, elsewhere: Provider, status: int
):
    kazan.answer = answering(status, b"", f"Location: {elsewhere.url}/stolen")
    requests.get(f"{site.url}/kazan/films/{status}/", timeout=10)
    relayed = requests.get(
        f"{site.url}/cities/kazan/movies/{status}", timeout=10, allow_redirects=False
    )
    assert relayed.status_code == status
    assert not elsewhere.asked


def test_what_would_unfold_to_gigabytes_is_not_unfolded(site: Site, kazan: Provider):
    bomb = gzip.compress(b"[" * 10_000_000) * 100  # one after another they are one
    kazan.answer = answering(200, bomb, "Content-Encoding: gzip")
    [worker] = site.workers()
    before = psutil.Process(worker.pid).memory_info().rss
    assert requests.get(f"{site.url}/kazan/films/77/", timeout=10).status_code == 503
    assert len(bomb) < 2_000_000
    assert psutil.Process(worker.pid).memory_info().rss - before < 20_000_000


@pytest.mark.parametrize(
    "answer",
    [
        b"[" * 3_000_000,
        b'{"data": ' + b"9" * 3_000_000 + b"}",
        b'{"data": [' + b"{}," * 1_000_000 + b"{}]}",
        b'{"data": ' + b'{"a":' * 100_000 + b"1" + b"}" * 100_000 + b"}",
        b'{"data": NaN}',
        b"\xff\xfe",
        b"",
    ],
    ids=["deep", "number", "many", "nested", "not a number", "no text", "nothing"],
)
def test_nonsense_of_a_city_is_an_outage_of_that_city(site: Site, kazan: Provider, answer: bytes):
    kazan.answer = answering(200, answer)
    got = requests.get(f"{site.url}/kazan/films/{len(answer)}/", timeout=10)
    assert got.status_code == 503
    assert "Traceback" not in got.text
    assert requests.get(f"{site.url}/health", timeout=5).status_code == 200


def test_a_text_that_looks_like_a_template_is_none(site: Site):
    assert "{{ 7*7 }}" in BREAKS_OUT
    assert "{{ 7*7 }}" in requests.get(f"{site.url}/kazan/", timeout=10).text
