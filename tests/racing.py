"""Many threads at once, started by a barrier, each with a database connection of its own."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from django.db import connections

T = TypeVar("T")


def race(*runners: Callable[[], T]) -> list[T | Exception]:
    """Runs all at the same moment; what each returned or raised, in order."""
    barrier = threading.Barrier(len(runners))

    def run(runner: Callable[[], T]) -> T | Exception:
        try:
            connections["default"].ensure_connection()
            barrier.wait(timeout=30)
            return runner()
        except Exception as error:
            return error
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(runners)) as pool:
        return list(pool.map(run, runners))
