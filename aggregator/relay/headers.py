"""Which headers go through the site, and which are between two neighbours only."""

from collections.abc import Iterable, Mapping
from urllib.parse import urlsplit

from multidict import CIMultiDict

from aggregator.asgi_types import Headers
from aggregator.cities import City

SITE_COOKIES = ("csrftoken", "django_language", "city", "fresh", "hold")
"""The site's own; a city's provider has no business with them."""
_HOP_BY_HOP = frozenset(
    b"connection keep-alive proxy-connection proxy-authenticate proxy-authorization "
    b"proxy-authentication-info te trailer transfer-encoding upgrade".split()
)
_NOT_SENT = _HOP_BY_HOP | frozenset(
    # Host and the length are the client's to write; the rest is said anew for every call.
    b"host content-length expect forwarded x-forwarded-for x-forwarded-proto x-forwarded-host "
    b"x-forwarded-port x-real-ip x-request-id traceparent x-deadline-ms".split()
)
_NOT_ANSWERED = _HOP_BY_HOP | frozenset(
    b"x-request-id server date content-security-policy x-content-type-options alt-svc "
    b"access-control-allow-origin access-control-allow-credentials access-control-expose-headers "
    b"strict-transport-security clear-site-data refresh nel report-to reporting-endpoints".split()
)
# A city's answers can't run as pages of the site, whatever they contain.
_HARMLESS: Headers = [
    (b"x-content-type-options", b"nosniff"),
    (b"content-security-policy", b"sandbox; default-src 'none'"),
]


def to_city(headers: Headers, passed_on: Mapping[str, str]) -> CIMultiDict[str]:
    named = _named_by_connection(headers)
    sent: CIMultiDict[str] = CIMultiDict()
    for name, value in headers:
        # Some servers take "X_Real_IP" for "X-Real-IP".
        if name.replace(b"_", b"-") in _NOT_SENT or name in named:
            continue
        if name == b"cookie":
            value = _without_site_cookies(value)
            if not value:
                continue
        sent.add(name.decode("latin-1"), _text(value))
    sent.extend(passed_on)
    return sent


def _text(value: bytes) -> str:
    """The client writes UTF-8, so that what came as UTF-8 leaves as the same bytes."""
    try:
        return value.decode("utf-8")
    except UnicodeDecodeError:
        return value.decode("latin-1")


def to_visitor(city: City, raw: Iterable[tuple[bytes, bytes]], cors: Headers) -> Headers:
    headers = [(name.lower(), value) for name, value in raw]
    named = _named_by_connection(headers)
    answered: Headers = []
    for name, value in headers:
        if name in _NOT_ANSWERED or name in named:
            continue
        if name == b"location":
            value = _location(city, value)
        elif name == b"set-cookie":
            value = _own_cookie(city, value)
        answered.append((name, value))
    return [*answered, *_HARMLESS, *cors]


def _named_by_connection(headers: Headers) -> frozenset[bytes]:
    """Headers that this connection's `Connection` declares to be its own."""
    return frozenset(
        one.strip().lower()
        for name, value in headers
        if name == b"connection"
        for one in value.split(b",")
    )


def _without_site_cookies(value: bytes) -> bytes:
    kept = [
        one.strip()
        for one in value.split(b";")
        if one.partition(b"=")[0].strip().decode("latin-1") not in SITE_COOKIES
    ]
    return b"; ".join(kept)


def _location(city: City, value: bytes) -> bytes:
    """An address of the provider's own, as it is reached through the site."""
    address = value.decode("latin-1")
    prefix = urlsplit(city.url).path
    for base in filter(None, (city.url, city.public_url.rstrip("/"))):
        own = address.removeprefix(base)
        if own != address and own[:1] in ("", "/", "?"):
            return f"/cities/{city.id}{own}".encode("latin-1")
    if address.startswith("/") and not address.startswith("//"):
        if prefix and address.startswith(f"{prefix}/"):
            address = address.removeprefix(prefix)
        return f"/cities/{city.id}{address}".encode("latin-1")
    return value


def _own_cookie(city: City, value: bytes) -> bytes:
    """A cookie of this city's part of the site: not of the site, and of no other city."""
    parts = [part.strip() for part in value.split(b";")]
    kept = [
        part
        for part in parts
        if part.partition(b"=")[0].strip().lower() not in (b"path", b"domain")
    ]
    return b"; ".join([*kept, f"Path=/cities/{city.id}/".encode()])
