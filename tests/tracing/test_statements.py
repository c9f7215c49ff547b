"""Where a statement's span stands among what else wraps statements."""

from typing import Any

from django.db import connection

from cinema import tracing


def _writes_who_acts(execute: Any, *arguments: Any) -> Any:
    """As the audit trail does, with values."""
    return execute(*arguments)


def test_it_is_outermost_also_when_the_connection_is_opened_in_the_middle_of_a_request() -> None:
    before = list(connection.execute_wrappers)
    try:
        with connection.execute_wrapper(_writes_who_acts):
            tracing._watch(connection)
            tracing._watch(connection)
            assert connection.execute_wrappers == [tracing.statement, *before, _writes_who_acts]
        assert connection.execute_wrappers == [tracing.statement, *before]
    finally:
        connection.execute_wrappers[:] = before
