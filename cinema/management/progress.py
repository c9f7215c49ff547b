"""How far a long command is: a bar on a terminal, a plain line now and then elsewhere."""

from collections.abc import Iterator, Sequence
from typing import TypeVar

from django.core.management.base import OutputWrapper
from rich.progress import track

T = TypeVar("T")

PLAIN_LINES = 5


def steps(items: Sequence[T], title: str, output: OutputWrapper) -> Iterator[T]:
    """The items, one after another, while `output` shows how many are done."""
    if output.isatty():
        yield from track(items, title)
        return
    told = 0
    for done, item in enumerate(items, start=1):
        yield item
        if done * PLAIN_LINES // len(items) > told:
            told = done * PLAIN_LINES // len(items)
            output.write(f"{title}: {done} of {len(items)}")
