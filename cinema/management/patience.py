"""Transactions that may take long, which those of a web request may not."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction

_NO_LIMITS = "SET LOCAL statement_timeout = 0; SET LOCAL idle_in_transaction_session_timeout = 0"


@contextmanager
def unhurried() -> Iterator[None]:
    """A transaction without the connection's time limits. Waiting for locks keeps its limit."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(_NO_LIMITS)
        yield
