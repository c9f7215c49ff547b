"""YooKassa's API, as far as we use it, on a local port: https://yookassa.ru/developers/api."""

import base64
import json
import threading
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

SHOP, SECRET = "100500", "test_very-secret"
Answer = tuple[int, Any]


class Double:
    """`misbehave(handler)`, once set, is asked first, and answers itself when it returns True."""

    def __init__(self) -> None:
        self.payments: dict[str, dict[str, Any]] = {}
        self.asked: list[str] = []
        self.bodies: list[dict[str, Any]] = []
        self.misbehave: Callable[[BaseHTTPRequestHandler], bool] | None = None
        self.released = threading.Event()  # ends the answers that hang
        self.url = ""
        self._answered: dict[str, tuple[str, Answer]] = {}

    def answer(self, method: str, path: str, headers: Any, body: bytes) -> Answer:
        token = base64.b64encode(f"{SHOP}:{SECRET}".encode()).decode()
        if headers["Authorization"] != f"Basic {token}":
            return 401, failure("invalid_credentials")
        if method == "GET":
            payment = self.payments.get(path.removeprefix("/payments/"))
            return (200, payment) if payment else (404, failure("not_found"))
        key = headers["Idempotence-Key"]
        if not key or len(key) > 64:
            return 400, failure("invalid_request", "Idempotence-Key")
        asked = f"{path} {body!r}"
        before, answer = self._answered.get(key, (asked, None))
        if before != asked:
            return 400, failure("invalid_request", "Idempotence-Key")
        answer = answer or self._do(path, json.loads(body))
        self._answered[key] = asked, answer
        return answer

    def _do(self, path: str, wanted: dict[str, Any]) -> Answer:
        self.bodies.append(wanted)
        return self._pay(wanted) if path == "/payments" else self._pay_back(wanted)

    def _pay(self, wanted: dict[str, Any]) -> Answer:
        if len(wanted["description"]) > 128 or not wanted["capture"]:
            return 400, failure("invalid_request", "description")
        number = str(uuid.uuid4())
        self.payments[number] = {
            "id": number,
            "status": "pending",
            "paid": False,
            "amount": wanted["amount"],
            "confirmation": {
                "type": "redirect",
                "return_url": wanted["confirmation"]["return_url"],
                "confirmation_url": f"https://yoomoney.ru/checkout?orderId={number}",
            },
            "created_at": "2026-05-02T10:00:00.000Z",
            "description": wanted["description"],
            "metadata": wanted["metadata"],
            "recipient": {"account_id": SHOP, "gateway_id": "100700"},
            "refundable": False,
            "test": True,
        }
        return 200, dict(self.payments[number])

    def _pay_back(self, wanted: dict[str, Any]) -> Answer:
        payment = self.payments[wanted["payment_id"]]
        if payment["status"] != "succeeded" or "refunded_amount" in payment:
            return 400, failure("invalid_request", "amount")
        payment["refunded_amount"] = wanted["amount"]
        return 200, {"id": str(uuid.uuid4()), "status": "succeeded", **wanted}

    def becomes(self, number: str, status: str, **more: Any) -> None:
        self.payments[number] |= {"status": status, **more}

    def forget_keys(self) -> None:
        """As it does after a day."""
        self._answered.clear()


def failure(code: str, parameter: str = "") -> dict[str, str]:
    said = {"type": "error", "id": str(uuid.uuid4()), "code": code, "description": "Не вышло"}
    return said | ({"parameter": parameter} if parameter else {})


@contextmanager
def running() -> Iterator[Double]:
    double = Double()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"] or 0))
            path = self.path.removeprefix("/v3")
            double.asked.append(f"{self.command} {path}")
            if double.misbehave and double.misbehave(self):
                return
            status, content = double.answer(self.command, path, self.headers, body)
            say(self, status, json.dumps(content).encode())

        def do_POST(self) -> None:
            self.do_GET()

        def log_message(self, *_words: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    double.url = f"http://127.0.0.1:{server.server_port}/v3"
    try:
        yield double
    finally:
        double.released.set()
        server.shutdown()
        server.server_close()


def say(handler: BaseHTTPRequestHandler, status: int, body: bytes, **headers: str) -> bool:
    handler.send_response(status)
    for name, value in headers.items():
        handler.send_header(name.replace("_", "-"), value)
    handler.send_header("Content-Type", "application/json")
    handler.send_header("Content-Length", str(len(body)))
    handler.end_headers()
    handler.wfile.write(body)
    return True
