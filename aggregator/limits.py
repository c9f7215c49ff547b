"""How often one visitor may reserve, buy and guess.

The numbers are in memory that all processes of a machine share: made when this module is imported,
which gunicorn's master does before it makes its workers (gunicorn.conf.py). It has a fixed size and
no name in the file system, so nothing has to be cleaned up and nobody can delete it. pyrate-limiter
and limits share numbers between processes by Redis or a file of SQLite, a write to disk for every
visitor; see docs/adr/0015-visitors-limits.md.
"""

import fcntl
import hashlib
import ipaddress
import math
import mmap
import os
import struct
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.conf import settings
from django.http import HttpRequest

SLOTS = 1 << 16
_WINDOW = 60.0
_SLOT = struct.Struct("=d")
_SALT = os.urandom(16)  # of the processes that share the memory, and of nobody after them


class SharedSlots:
    """Numbers that processes see who have it from a common parent. A process that dies gives up its
    lock."""

    def __init__(self, count: int = SLOTS) -> None:
        self.count = count
        self._descriptor = _nameless_file()
        os.ftruncate(self._descriptor, count * _SLOT.size)
        self._memory = mmap.mmap(self._descriptor, count * _SLOT.size)
        self._of_threads = threading.Lock()  # the lock of the file is between processes only

    @contextmanager
    def locked(self) -> Iterator[None]:
        with self._of_threads:
            fcntl.lockf(self._descriptor, fcntl.LOCK_EX)
            try:
                yield
            finally:
                fcntl.lockf(self._descriptor, fcntl.LOCK_UN)

    def __getitem__(self, slot: int) -> float:
        return float(_SLOT.unpack_from(self._memory, slot * _SLOT.size)[0])

    def __setitem__(self, slot: int, value: float) -> None:
        _SLOT.pack_into(self._memory, slot * _SLOT.size, value)


def _nameless_file() -> int:
    if hasattr(os, "memfd_create"):
        return os.memfd_create("limits")
    with tempfile.TemporaryFile() as file:
        return os.dup(file.fileno())


class Limit:
    """So many a minute, at once or spread: a visitor's slot says when the next would be due if each
    took its share of the minute (GCRA). Two slots, and the better one counts, so that who meets a
    busy visitor in one of them is not hindered."""

    def __init__(
        self,
        per_minute: Callable[[], int],
        *,
        slots: SharedSlots | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """`per_minute` of 0: no limit. `clock` has to be one that processes share."""
        self._per_minute = per_minute
        self._slots = slots or SharedSlots()
        self._clock = clock

    def allow(self, visitor: str) -> int:
        """Counts one and answers 0; or whole seconds to wait, and then nothing was counted."""
        return self._asked(visitor, count=True)

    def wait(self, visitor: str) -> int:
        """What `allow` would answer, without counting."""
        return self._asked(visitor, count=False)

    def _asked(self, visitor: str, *, count: bool) -> int:
        per_minute = self._per_minute()
        if not per_minute:
            return 0
        share = _WINDOW / per_minute
        places = self._places(visitor)
        with self._slots.locked():
            now = self._clock()
            due = max(now, min(self._slots[place] for place in places))
            early = due + share - now - _WINDOW
            if early > 1e-6:
                return math.ceil(early)
            if count:
                for place in places:
                    self._slots[place] = max(self._slots[place], due + share)
        return 0

    def _places(self, visitor: str) -> tuple[int, int]:
        digest = hashlib.blake2b(visitor.encode(), key=_SALT, digest_size=16).digest()
        half = self._slots.count // 2
        first, second = (int.from_bytes(part) % half for part in (digest[:8], digest[8:]))
        return first, half + second


def visitor_of(request: HttpRequest) -> str:
    """Who asks: what the outermost of TRUSTED_PROXIES gateways saw. What stands further left in the
    header the visitor may have written."""
    seen = [one.strip() for one in request.headers.get("X-Forwarded-For", "").split(",") if one]
    seen.append(str(request.META.get("REMOTE_ADDR") or ""))
    return visitor_at(seen[max(0, len(seen) - 1 - settings.TRUSTED_PROXIES)])


def visitor_at(address: str) -> str:
    """Somebody's address as a number that says nothing about it, the same until the next start."""
    place = _place(address)
    return hashlib.blake2b(place.encode(), key=_SALT, digest_size=16).hexdigest()


def _place(text: str) -> str:
    """Of IPv6 the network that one customer has."""
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return text
    if isinstance(address, ipaddress.IPv4Address):
        return str(address)
    if address.ipv4_mapped:
        return str(address.ipv4_mapped)
    return str(ipaddress.ip_network((int(address), 64), strict=False))


holds = Limit(lambda: settings.HOLDS_PER_MINUTE)
purchases = Limit(lambda: settings.PURCHASES_PER_MINUTE)
lookups = Limit(lambda: settings.UNKNOWN_BOOKINGS_PER_MINUTE)
"""Addresses of bookings that there are not: nobody finds others' by trying."""
relayed = Limit(lambda: settings.RELAYED_BOOKINGS_PER_MINUTE)
"""Bookings over the pass-through API, which is also the way around the limits of pages."""
