"""The settings that mypy's Django plugin reads: nothing is connected to."""

import os

os.environ.setdefault("SECRET_KEY", "only-to-read-types")
os.environ.setdefault("DATABASE_URL", "postgres://nobody@127.0.0.1/nothing")

from cinema.settings import *  # noqa: F403
