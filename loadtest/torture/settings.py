"""The provider's settings, with holds so short that in a minute many end before they are bought,
and a clock that can be wrong."""

import os
from datetime import timedelta
from pathlib import Path

from cinema.settings import *  # noqa: F403
from loadtest.torture import clock

HOLD_TIME = timedelta(seconds=5)

if clock.VARIABLE in os.environ:
    clock.go_by(Path(os.environ[clock.VARIABLE]))
