"""What two servers could read differently never becomes two requests, of which one is unseen."""

import pytest

from tests.aggregator.doubles import provider
from tests.aggregator.serving import received, serving

HIDDEN = b"GET /movies/hidden HTTP/1.1\r\nHost: a\r\n\r\n"
CHUNKED = b"0\r\n\r\n" + HIDDEN


@pytest.mark.parametrize(
    "headers",
    [
        b"Content-Length: %d\r\nTransfer-Encoding: chunked" % len(CHUNKED),
        b"Transfer-Encoding: chunked\r\nContent-Length: %d" % len(CHUNKED),
        b"Content-Length: 0\r\nContent-Length: %d" % len(CHUNKED),
        b"Content-Length: %d, 0" % len(CHUNKED),
        b"Content-Length: +%d" % len(CHUNKED),
        b"Transfer-Encoding: xchunked",
        b"Transfer-Encoding: chunked, identity",
        b"Transfer-Encoding : chunked\r\nContent-Length: %d" % len(CHUNKED),
        b"Transfer-Encoding:\x0bchunked\r\nContent-Length: %d" % len(CHUNKED),
        b"X: y\nTransfer-Encoding: chunked\r\nContent-Length: %d" % len(CHUNKED),
        b"Content_Length: 0\r\nContent-Length: %d" % len(CHUNKED),
    ],
)
def test_a_request_within_a_body_reaches_no_city(headers):
    with provider() as kazan, serving(kazan.city()) as site, site.connect() as visitor:
        head = b"POST /cities/kazan/bookings HTTP/1.1\r\nHost: a\r\nConnection: close\r\n"
        visitor.sendall(head + headers + b"\r\n\r\n" + CHUNKED)
        answered = received(visitor, "POST").status
    assert "/movies/hidden" not in [asked.target for asked in kazan.asked]
    assert answered == 400 or [asked.method for asked in kazan.asked] == ["POST"]
