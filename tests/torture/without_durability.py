"""A provider that confirms sales which no standby has: what the checker must notice. For tests
alone."""

from loadtest.torture.settings import *  # noqa: F403
from loadtest.torture.settings import MIDDLEWARE as HONEST

MIDDLEWARE = [one for one in HONEST if one != "cinema.replication.middleware.Durability"]
