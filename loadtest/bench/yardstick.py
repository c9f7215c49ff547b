"""The smallest WSGI application there can be: BODY_BYTES that are always the same."""

import os
from collections.abc import Callable
from typing import Any

BODY = b"-" * int(os.environ.get("BODY_BYTES", "2"))
HEADERS = [("Content-Type", "application/json"), ("Content-Length", str(len(BODY)))]


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> list[bytes]:
    start_response("200 OK", HEADERS)
    return [BODY]
