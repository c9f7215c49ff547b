"""What `test_at_once` runs: some answers are there, others are made by threads."""

import os
import threading
from collections.abc import Iterable
from typing import Any

LARGE = 8 * 1024 * 1024

told: list[str] = []
"""The addresses of requests that gunicorn has told its hook of."""

_over = threading.Event()


class Application:
    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        if environ["PATH_INFO"] == "/wait":
            _over.wait()
        if environ["PATH_INFO"] == "/told":
            return _answer(" ".join(told).encode(), start_response)
        made = f"made {environ['PATH_INFO']} ".encode()
        return _answer(made + environ["wsgi.input"].read(), start_response)

    def at_once(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes] | None:
        match environ["PATH_INFO"]:
            case "/there":
                return _answer(b"there", start_response)
            case "/over":
                _over.set()
                return _answer(b"over", start_response)
            case "/large":
                return _answer(b"x" * LARGE, start_response)
            case "/broken":
                start_response("200 OK", [])
                raise ValueError("broken")
        return None


def _answer(body: bytes, start_response: Any) -> Iterable[bytes]:
    thread = threading.current_thread() is threading.main_thread()
    headers = [("Content-Length", str(len(body))), ("X-In-Loop", str(thread))]
    headers.append(("X-Process", str(os.getpid())))
    start_response("200 OK", headers)
    return [body]


application = Application()
