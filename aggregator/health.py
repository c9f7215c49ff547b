"""Whether the process is up and serves, and what it counts."""

from aggregator import draining, metrics
from aggregator.asgi_types import Receive, Scope, Send
from aggregator.json_answers import answer, refuse

PATHS = frozenset({"/health", "/health/serving", "/health/ready", "/metrics"})


async def probes(scope: Scope, receive: Receive, send: Send) -> None:
    """`GET /health`, `GET /health/serving`, `GET /health/ready`, `GET /metrics`. The site is ready
    when it is up: that a city fails is no reason to take all the others from their visitors. It
    serves until it is asked to stop."""
    path = scope["path"].rstrip("/")
    if scope["method"] not in ("GET", "HEAD"):
        detail = f"Method {scope['method']!r} not allowed."
        await refuse(send, 405, "Method not allowed", detail, [(b"allow", b"GET, HEAD")])
    elif path == "/metrics":
        text, kind = metrics.text()
        await answer(send, 200, text, kind=kind.encode())
    elif path == "/health/serving" and draining.draining:
        detail = "This process is stopping"
        await refuse(send, 503, "Service unavailable", detail, [(b"retry-after", b"1")])
    else:
        await answer(send, 200, b'{"result":"ok"}')
