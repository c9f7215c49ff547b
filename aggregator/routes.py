"""Addresses without their values, for logs and traces: `/{city}/tickets/{id}/`."""

# Everything else in an address is a value: a booking's id, its buyer's secret, among them.
_PAGES = (
    "films seances seats best-seats bookings pay release tickets status cancel tickets.pdf "
    "tickets.ics posters language robots.txt"
)
_API = "cities movies seances bookings confirm payments notifications schema"
_PROBES = "health started serving ready metrics"
_WORDS = frozenset(f"{_PAGES} {_API} {_PROBES}".split())


def route(path: str, city: str = "") -> str:
    """`city`: the known city that the request is about, named in the path."""
    if path.startswith("/static/"):
        return "/static/{file}"
    return "/".join(_part(part, city) for part in path.split("/"))


def _part(part: str, city: str) -> str:
    if part == city:
        return "{city}" if part else ""
    return part if part in _WORDS or not part else "{id}"
