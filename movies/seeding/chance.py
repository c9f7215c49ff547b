"""Luck that falls the same way on every machine."""

import random


def chance(*parts: object) -> random.Random:
    """The dice of one subject, e.g. of a city on a day: the same parts, the same throws."""
    return random.Random("/".join(map(str, parts)))  # noqa: S311 nothing secret hangs on it
