"""Values that programs have stumbled over."""

from collections.abc import Mapping
from random import Random

WORDS = [
    "",
    " ",
    "\0",
    "a\0b",
    "x" * 300,
    "я" * 5_000,
    "\ud800",  # half of a surrogate pair, sent as it would be in UTF-8
    "\ufeff\u202e\u200b",
    "\N{GRINNING FACE}" * 40,
    "a\r\nX-Evil: 1",
    "' OR 1=1; --",
    "%' ESCAPE '!",
    "%s %(a)s {0} {a.__class__}",
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "{{ 7|add:7 }}{% csrf_token %}",
    "../../etc/passwd",
    "//evil.example/",
    "javascript:alert(1)",
    "None",
    "null",
    "true",
    "[]",
    "{}",
]
NUMBERS = [
    "0",
    "-1",
    "1",
    "2",
    "1.5",
    "1e400",
    "-0",
    "NaN",
    "Infinity",
    "²",
    "٣",
    "0x10",
    "1_000",
    str(2**31),
    str(2**63 - 1),
    str(2**63),
    "-" + "9" * 30,
    "9" * 5_000,
]
MOMENTS = [
    "0000-01-01",
    "0001-01-01",
    "1969-12-31",
    "2026-02-30",
    "9999-12-31",
    "99999-01-01",
    "0001-01-01T00:00",
    "9999-12-31T23:59",
    "2026-03-29T02:30",
    "2100-01-01T00:00:00+23:59",
    "00:00",
    "24:00",
    "99:99",
    "2026-W53",
    "2026-13",
    "00000000-0000-0000-0000-000000000000",
]
VALUES = WORDS + NUMBERS + MOMENTS

_ZEROS = "0" * 16
_HEADERS = {
    "X-Request-ID": ["", "a" * 300, "a b", "\xff", "{}"],
    "traceparent": ["", "00-" + "0" * 32 + f"-{_ZEROS}-01", "00-" + "a" * 32 + "-" + "b" * 16, "x"],
    "tracestate": ["a=1,a=1", "=" * 600],
    "X-Deadline-Ms": ["", "-1", "1e9", "NaN", "99999999999999999999", "soon"],
    "X-Consistency-Token": ["", "1-64:x:y", "a:b:c", "\xff", "z" * 4_000],
    "X-Forwarded-For": ["", "::::", "1.2.3.4, " * 50, "'"],
    "X-Forwarded-Proto": ["gopher", "https, http"],
    "X-Forwarded-Host": ["evil.example", "a b"],
    "Cookie": [
        'consistency_token="\\000"',
        'sessionid="\\000"',
        "sessionid=" + "a" * 4_000,
        "csrftoken=; django_language=\xff",
        "=; ;;=,",
    ],
    "Accept": ["", "text/html", "*/*;q=x", "a" * 300],
    "Accept-Language": ["xx-" * 100, "ru;q=NaN", "*"],
    "Accept-Encoding": ["identity;q=0", "*;q=0"],
    "If-Modified-Since": ["Thu, 99 Foo 99999 99:99:99 GMT"],
    "Range": ["bytes=9999999999-", "bytes=-1,0-0"],
    "Origin": ["null", "https://evil.example"],
    "Referer": ["http://[", "\xff"],
    "User-Agent": ["", "\xff" * 50],
}


def headers_of_strangers(chance: Random, given: Mapping[str, str]) -> dict[str, str]:
    """None in half of the requests, else up to three that no schema speaks of."""
    if chance.random() < 0.5:
        return {}
    present = {name.lower() for name in given}
    names = [name for name in _HEADERS if name.lower() not in present]
    return {name: chance.choice(_HEADERS[name]) for name in chance.sample(names, 3)}


_COLUMNS = b"name,year,hall,date,time,price\n"
FILES = [
    ("", b""),
    ("a.csv", b""),
    ("a.csv", b"\xff\xfe\x00"),
    ("a.csv", _COLUMNS + b'"'),
    ("a.csv", _COLUMNS + "Аэлита,1924,Зал 1,2100-01-01,18:30,250\n".encode()),
    ("a.csv", _COLUMNS + b"\0,99999,\0,0000-00-00,99:99,NaN\n"),
    ("a.csv", _COLUMNS + b"=1+1," + b"9" * 5_000 + b",x,9999-12-31,24:00,1e400\n"),
    ("a.csv", _COLUMNS + b"," * 5_000),
    ("a.xlsx", b"PK\x03\x04" + b"\0" * 50),
    ("a.xlsx", b"PK\x05\x06" + b"\0" * 18),
    ("../../a.csv\0.png", b"\x89PNG"),
    ("a" * 5_000 + ".csv", _COLUMNS),
    ("\ud800.csv", _COLUMNS),
]
