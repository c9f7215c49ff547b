"""The settings that mypy's Django plugin reads: nothing is connected to."""

import os

os.environ.setdefault("SECRET_KEY", "only-to-read-types")
os.environ.setdefault("DATABASE_URL", "postgres://nobody@127.0.0.1/nothing")

# And the site's, where they have names of their own.
from aggregator.calling.limits import Limits
from cinema.settings import *  # noqa: F403

LIMITS = Limits()
PAGE_DEADLINE_SECONDS = RELAY_DEADLINE_SECONDS = 5.0
POSTER_HOSTS: list[str] = []
HOLDS_PER_MINUTE = PURCHASES_PER_MINUTE = UNKNOWN_BOOKINGS_PER_MINUTE = 0
RELAYED_BOOKINGS_PER_MINUTE = 0
