"""What `test_slow_clients` runs: it reads what comes and answers a lot where it is asked to."""

from collections.abc import Iterable
from typing import Any

LARGE = 64 * 1024 * 1024


def application(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
    environ["wsgi.input"].read()
    body = b"x" * (LARGE if environ["PATH_INFO"] == "/large" else 2)
    start_response("200 OK", [("Content-Length", str(len(body)))])
    return [body]
