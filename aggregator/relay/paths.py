"""Which addresses of a provider can be reached through the site, and that nothing else can.

Paths are looked at as they were sent: decoding comes after deciding, at the provider.
"""

import re
from urllib.parse import unquote_to_bytes

RESOURCES = frozenset(
    {b"movies", b"seances", b"bookings", b"payments", b"health", b"metrics", b"schema"}
)
_PREFIX = b"/cities/"
# What a segment may be made of. Encoded, it may hold neither a slash, a backslash, a dot, a percent
# sign (which a second decoding would turn into any of them), an @ nor a control character.
_SEGMENT = re.compile(
    rb"(?:[A-Za-z0-9._~!$&'()*+,;=:-]|%(?!2[EeFf5]|40|5[Cc]|[01][0-9A-Fa-f]|7[Ff])[0-9A-Fa-f]{2})+"
)
_QUERY = re.compile(rb"[\x21-\x7e]*")  # without '#': a target has no fragment
_BOOKINGS = re.compile(rb"(/movies/[^/]+/seances/[^/]+)?/bookings/?")
_DOTS = frozenset({b".", b".."})


def city_of(raw_path: bytes) -> tuple[str, bytes]:
    """The city's id and the rest of `/cities/{city}/…`, which begins with a slash or is empty."""
    city, slash, rest = raw_path.removeprefix(_PREFIX).partition(b"/")
    return city.decode("latin-1"), slash + rest


def is_open(path: bytes, query: bytes) -> bool:
    """Whether it is an address of the contract's, in a form that nobody can read otherwise."""
    segments = path.removesuffix(b"/").split(b"/")[1:]
    return (
        bool(segments)
        and segments[0] in RESOURCES
        # Without ";…", too, which some servers cut off before they resolve dots.
        and all(_SEGMENT.fullmatch(s) and s.partition(b";")[0] not in _DOTS for s in segments)
        and _QUERY.fullmatch(query) is not None
        and b"#" not in query
    )


def books(method: str, path: bytes) -> bool:
    """Whether it holds or buys seats, as the provider will read the path."""
    return method == "POST" and _BOOKINGS.fullmatch(unquote_to_bytes(path)) is not None
