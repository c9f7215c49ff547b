"""How much is tried, and from which seed: the same code is a minute of every test run and, by
`make fuzz`, an attack at volume."""

import os
from collections import Counter
from collections.abc import Callable

import hypothesis
from hypothesis import HealthCheck

SEED = int(os.environ.get("FUZZ_SEED", "1"))
TIMES = int(os.environ.get("FUZZ_TIMES", "1"))
"""So many times as much as in every test run."""

asked: Counter[str] = Counter()
"""Requests so far, and values given to parsers, by what was attacked."""


def often(examples: int) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """A property that Hypothesis tries so often, from the seed; in a large run more often."""
    settings = hypothesis.settings(
        max_examples=examples * TIMES,
        database=None,
        deadline=None,
        suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    )

    def decorate(test: Callable[..., None]) -> Callable[..., None]:
        return hypothesis.seed(SEED)(settings(test))

    return decorate
