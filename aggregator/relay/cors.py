"""Other sites' scripts may read programmes and book, without their visitors' cookies."""

from aggregator.asgi_types import Headers, Scope

ORIGIN: Headers = [(b"access-control-allow-origin", b"*")]
ANSWERS: Headers = [
    *ORIGIN,
    (
        b"access-control-expose-headers",
        b"X-Request-ID, X-Consistency-Token, Location, ETag, Retry-After, Idempotency-Replayed",
    ),
]
_METHODS = b"GET, HEAD, POST, PATCH, DELETE"


def preflight(scope: Scope) -> Headers | None:
    """The answer's headers, if a browser asks whether it may ask."""
    if scope["method"] != "OPTIONS":
        return None
    asked = dict(scope["headers"])
    if b"access-control-request-method" not in asked:
        return None
    return [
        *ORIGIN,
        (b"access-control-allow-methods", _METHODS),
        (b"access-control-allow-headers", asked.get(b"access-control-request-headers", b"*")),
        (b"access-control-max-age", b"86400"),
        (b"vary", b"Access-Control-Request-Headers"),
    ]
