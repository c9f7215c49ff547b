"""No figure comes out of a run in which anything failed."""

import http.server
import json
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import pytest

from loadtest.bench import flash_sale, pgbench, pretix, wrk
from loadtest.bench.failing import Failed

GOOD = {"microseconds": 2_000_000, "requests": 500, "bytes": 50_000, "p99_microseconds": 9000}
NOTHING = dict.fromkeys(("connect", "read", "write", "timeout", "status"), 0)
PAIRS = [(1, 2), (3, 4), (5, 6)]


def printed(**failures: int) -> str:
    told = GOOD | {"failures": NOTHING | failures}
    return f"Running 2s test @ http://127.0.0.1\n  500 requests in 2.00s\n{json.dumps(told)}\n"


def test_what_wrk_prints_is_understood():
    load = wrk.read(printed(), "it")
    assert (load.rate, load.p99, load.size) == (250, 0.009, 100)


@pytest.mark.parametrize("kind", NOTHING)
def test_one_failure_that_wrk_counted_is_enough(kind):
    with pytest.raises(Failed, match=f"1 × {kind}"):
        wrk.read(printed(**{kind: 1}), "it")


@pytest.mark.parametrize("said", ["", "unable to connect", "{}x"])
def test_wrk_that_says_no_figures_has_failed(said):
    with pytest.raises(Failed):
        wrk.read(said, "it")


def test_without_wrk_one_is_told_how_to_get_it(monkeypatch):
    monkeypatch.setenv("PATH", "")
    with pytest.raises(Failed, match="apt install wrk"):
        wrk.check_installed()


def test_without_pretix_one_is_told_how_to_get_it(tmp_path):
    with pytest.raises(Failed, match="make bench-peers"):
        pretix.check_installed(tmp_path)


def test_without_redis_one_is_told_how_to_get_it(tmp_path, monkeypatch):
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "python").touch()
    monkeypatch.setenv("PATH", "")
    with pytest.raises(Failed, match="apt install redis-server"):
        pretix.check_installed(tmp_path)


TPS = "tps = 4280.5 (without initial connection time)\n"


def test_what_pgbench_prints_is_understood():
    assert pgbench.read(f"number of failed transactions: 0 (0.000%)\n{TPS}") == 4280.5


@pytest.mark.parametrize("said", ["", f"number of failed transactions: 1 (0.006%)\n{TPS}"])
def test_pgbench_that_failed_once_has_failed(said):
    with pytest.raises(Failed):
        pgbench.read(said)


def hold(port: int, pairs: list[tuple[int, int]], *, buyers: int) -> flash_sale.Sale:
    """In a thread of its own: a browser that other tests have open keeps this one's event loop."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(flash_sale.hold, port, "/bookings", pairs, buyers).result()


Deciding = Callable[[list[int]], tuple[int, object]]


@contextmanager
def box_office(decide: Deciding) -> Iterator[int]:
    """Answers what `decide` says to whoever asks for seats; its port."""

    class Handler(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            status, said = decide(asked["seatsIds"])
            content = json.dumps(said).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: object) -> None:
            pass

    class Office(http.server.ThreadingHTTPServer):
        request_queue_size = 100

        def handle_error(self, *_: object) -> None:
            """Those who had not been answered when the sale was given up are gone."""

    with Office(("127.0.0.1", 0), Handler) as office:
        thread = threading.Thread(target=office.serve_forever)
        thread.start()
        try:
            yield office.server_port
        finally:
            office.shutdown()
            thread.join()


def taken(*seats: int) -> tuple[int, object]:
    return 409, {"errors": [{"title": "Seat already taken", "seats": list(seats)}]}


def first_come(sold: set[int]) -> Deciding:
    lock = threading.Lock()

    def decide(seats: list[int]) -> tuple[int, object]:
        with lock:
            if sold & set(seats):
                return taken(*seats)
            sold.update(seats)
            return 201, {"data": seats}

    return decide


def test_a_flash_sale_in_which_everything_is_sold_once_has_a_rate():
    with box_office(first_come(set())) as port:
        sale = hold(port, PAIRS, buyers=12)
    assert sorted(sale.sold) == PAIRS
    assert sale.refused >= 9 * 2  # those who got nothing asked for all three
    assert sale.rate > 0


@pytest.mark.parametrize(
    ("decide", "complaint"),
    [
        (lambda seats: (201, {"data": seats}), "once more"),
        (first_come({1, 2}), "2 were sold"),
        (lambda seats: taken(seats[0]), "was answered 409"),
        (lambda seats: taken(), "was answered 409"),
        (lambda seats: (503, {"errors": [{"title": "Service unavailable"}]}), "was answered 503"),
    ],
    ids=["sold twice", "not sold", "one seat not named", "no seat named", "unavailable"],
)
def test_a_flash_sale_that_went_wrong_has_none(decide, complaint):
    with box_office(decide) as port, pytest.raises(Failed, match=complaint):
        hold(port, PAIRS, buyers=9)
