"""An answer that is there needs no thread."""

import socket
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, closing
from http.client import HTTPConnection, HTTPResponse
from typing import Any

import pytest

from cinema.wsgi import application as provider
from tests.cinema.at_once_app import LARGE
from tests.gunicorns import serving
from tests.polling import eventually

THREADS = 3
THERE = b"GET /there HTTP/1.1\r\nHost: a\r\n\r\n"
LARGE_ONE = THERE.replace(b"/there", b"/large")


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    conf = ("-c", "python:tests.cinema.at_once_conf")
    with serving("tests.cinema.at_once_app", *conf, threads=THREADS) as (port, _server):
        eventually(lambda: is_there(port))
        yield port


def is_there(port: int) -> bool:
    with closing(HTTPConnection("127.0.0.1", port, timeout=10)) as client:
        try:
            ask(client, "/")
        except OSError:
            return False
    return True


def ask(client: HTTPConnection, path: str, **headers: str) -> tuple[HTTPResponse, bytes]:
    client.request("GET", path, headers=headers)
    answer = client.getresponse()
    return answer, answer.read()


@pytest.fixture
def known(port) -> Iterator[HTTPConnection]:
    """Whoever comes for the first time is greeted by a thread."""
    with closing(HTTPConnection("127.0.0.1", port, timeout=10)) as client:
        assert in_loop(client, "/") == (False, b"made / ")
        yield client


def in_loop(client: HTTPConnection, path: str, **headers: str) -> tuple[bool, bytes]:
    answer, body = ask(client, path, **headers)
    return answer.headers["X-In-Loop"] == "True", body


def line(client: HTTPConnection) -> socket.socket:
    found: Any = client.sock
    assert isinstance(found, socket.socket)
    return found


def until(client: socket.socket, end: bytes | tuple[bytes, ...], *, answers: int = 1) -> bytes:
    """What comes, until the last of so many answers ends so."""
    got = bytearray()
    while not (got.endswith(end) and got.count(b"HTTP/1.1") == answers):
        part = client.recv(1 << 20)
        assert part, f"closed after {len(got)} bytes: {bytes(got[-200:])!r}"
        got += part
    return bytes(got)


def test_it_is_given_without_one_and_what_has_to_be_made_is_made_by_one(known):
    assert in_loop(known, "/there") == (True, b"there")
    assert in_loop(known, "/made") == (False, b"made /made ")
    assert in_loop(known, "/there") == (True, b"there")


def test_it_is_given_while_every_thread_is_taken(port, known):
    with ExitStack() as opened:
        for _thread in range(THREADS):
            client = opened.enter_context(socket.create_connection(("127.0.0.1", port)))
            client.sendall(b"GET /wait HTTP/1.1\r\nHost: a\r\n\r\n")
        assert in_loop(known, "/there") == (True, b"there")
        assert in_loop(known, "/over") == (True, b"over")


def test_whoever_reads_slowly_holds_nobody_up_and_gets_the_whole(port, known):
    with ExitStack() as opened:
        slow = []
        for _thread in range(THREADS):
            client = HTTPConnection("127.0.0.1", port, timeout=10)
            opened.enter_context(closing(client))
            in_loop(client, "/")
            line(client).sendall(LARGE_ONE + THERE)
            slow.append(line(client))
        assert in_loop(known, "/there") == (True, b"there")
        for each in slow:
            head, _end, body = until(each, b"made /there ", answers=2).partition(b"\r\n\r\n")
            assert b"X-In-Loop: True" in head
            assert body[:LARGE] == b"x" * LARGE
            assert body[LARGE:].startswith(b"HTTP/1.1 200")


def test_requests_that_come_together_are_answered_in_their_order(known):
    made = THERE.replace(b"/there", b"/made")
    line(known).sendall(THERE + made + THERE)
    got = until(line(known), b"made /there ", answers=3)
    bodies = [answer.partition(b"\r\n\r\n")[2] for answer in got.split(b"HTTP/1.1 200")[1:]]
    assert bodies == [b"there", b"made /made ", b"made /there "]


def test_a_request_that_comes_in_parts_is_read_to_its_end(known):
    for part in (b"GET /there HTTP/1.1\r\nHo", b"st: a\r\n", b"\r\n"):
        line(known).sendall(part)
    assert until(line(known), (b"there", b"made /there ")).startswith(b"HTTP/1.1 200")


def test_a_body_is_for_the_application(known):
    known.request("POST", "/there", body=b"x" * 10_000)
    assert known.getresponse().read() == b"made /there " + b"x" * 10_000
    known.request("GET", "/there", body=b"a body")
    assert known.getresponse().read() == b"made /there a body"


def test_whoever_says_goodbye_is_let_go(known):
    answer, body = ask(known, "/there", Connection="close")
    assert (answer.status, body) == (200, b"made /there ")
    assert answer.headers["Connection"] == "close"


def test_who_wants_to_know_of_requests_is_told_of_each_once(known):
    before = in_loop(known, "/told")[1].split()
    for path in ("/there?1", "/made?1"):
        in_loop(known, path)
    told = in_loop(known, "/told")[1].split()[len(before) :]
    assert told == [b"/told", b"/there", b"/made"]


def test_an_address_outside_is_refused_without_a_traceback(capfd):
    outside = THERE.replace(b"\r\n\r\n", b"\r\nSCRIPT_NAME: /elsewhere\r\n\r\n")
    with serving("tests.cinema.at_once_app", threads=1) as (port, _server):
        eventually(lambda: is_there(port))
        with closing(HTTPConnection("127.0.0.1", port, timeout=10)) as client:
            in_loop(client, "/")
            line(client).sendall(outside)
            assert not until(line(client), b"</html>\n").startswith(b"HTTP/1.1 200")
    assert "Traceback" not in capfd.readouterr().err


def test_what_is_no_request_is_refused(known):
    line(known).sendall(b"GET /there HTTP/1.1\r\nHost : a\r\n\r\n")
    assert until(line(known), b"</html>\n").startswith(b"HTTP/1.1 400")


def test_what_the_loop_cannot_answer_a_thread_does(known):
    assert in_loop(known, "/broken") == (False, b"made /broken ")
    assert in_loop(known, "/there") == (True, b"there")


def test_whoever_asks_to_be_expected_is_told_so_once(known):
    line(known).sendall(THERE.replace(b"\r\n\r\n", b"\r\nExpect: 100-continue\r\n\r\n"))
    got = until(line(known), b"made /there ", answers=2)
    assert got.count(b"HTTP/1.1 100 Continue") == 1


def test_whoever_goes_on_asking_is_kept(port):
    keep = "2"
    with (
        serving("tests.cinema.at_once_app", "--keep-alive", keep, threads=1) as (port, _server),
        ExitStack() as opened,
    ):
        eventually(lambda: is_there(port))
        client = opened.enter_context(closing(HTTPConnection("127.0.0.1", port, timeout=10)))
        in_loop(client, "/")
        line_of_before, long_after = line(client), time.monotonic() + 2 * float(keep)
        eventually(lambda: in_loop(client, "/there")[0] and time.monotonic() > long_after)
        assert client.sock is line_of_before


def test_a_process_answers_no_more_than_it_is_to():
    with serving("tests.cinema.at_once_app", "--max-requests", "5", threads=1) as (port, _server):
        eventually(lambda: is_there(port))
        with closing(HTTPConnection("127.0.0.1", port, timeout=10)) as client:
            answers = [ask(client, "/there")[0] for _number in range(4)]
    assert [answer.headers["X-In-Loop"] for answer in answers] == ["False", "True", "True", "False"]
    assert answers[-1].headers["Connection"] == "close"


def test_gunicorn_s_own_log_of_requests_has_each(tmp_path):
    log = tmp_path / "access.log"
    options = ("--access-logfile", str(log))
    with serving("tests.cinema.at_once_app", *options, threads=1) as (port, _server):
        eventually(lambda: is_there(port))
        with closing(HTTPConnection("127.0.0.1", port, timeout=10)) as client:
            in_loop(client, "/")
            in_loop(client, "/there")
            eventually(lambda: "GET /there" in log.read_text())


def test_the_provider_has_such_answers():
    assert callable(provider.at_once)


def test_a_server_that_stops_answers_with_its_farewell():
    with serving("tests.cinema.at_once_app", threads=THREADS) as (port, server):
        eventually(lambda: is_there(port))
        with closing(HTTPConnection("127.0.0.1", port, timeout=10)) as client:
            assert in_loop(client, "/") == (False, b"made / ")
            assert in_loop(client, "/there") == (True, b"there")
            server.terminate()
            answer, body = ask(client, "/there")
            while answer.headers["Connection"] == "keep-alive":
                answer, body = ask(client, "/there")
            assert (answer.status, body) == (200, b"made /there ")
        eventually(lambda: server.poll() is not None)


def test_connections_that_are_opened_in_one_moment_are_shared_between_the_processes():
    with serving("tests.cinema.at_once_app", threads=THREADS, workers=2) as (port, _server):
        eventually(lambda: is_there(port))
        # On a busy machine it may be otherwise for a while.
        shares = (share_of_the_emptier(port) for _try in range(4))
        assert any(share > 0.35 for share in shares)


def share_of_the_emptier(port: int) -> float:
    """Of the connections of some bursts: of a half, at best."""
    bursts, connections, fewer = 10, 16, 0
    for _burst in range(bursts):
        with ExitStack() as opened:
            clients = [HTTPConnection("127.0.0.1", port) for _number in range(connections)]
            for client in clients:
                opened.enter_context(closing(client))
                client.connect()
            taken = Counter(ask(client, "/")[0].headers["X-Process"] for client in clients)
        fewer += connections - max(taken.values())
    return fewer / (bursts * connections)
