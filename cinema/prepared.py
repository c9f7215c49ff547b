"""Statements that are run all the time: sent, parsed and planned once on each connection, until
something is rolled back on it.

Django has psycopg write the values into every statement. For the one that sells, that and
PostgreSQL's planning take longer than selling does.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple, cast

import psycopg
from django.db import connections

from cinema import tracing
from cinema.databases import PRIMARY


class _Said(NamedTuple):
    query: bytes


class _Prepared(psycopg.Cursor[Any]):
    def execute(self, query: Any, params: Any = None, **options: Any) -> Any:
        result = super().execute(query, params, prepare=True)
        # What Django shows where statements are logged; this kind of cursor keeps none.
        self._query = cast("Any", _Said(query.encode()))
        return result


def run(statement: str, parameters: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    """The rows of a statement on the primary. It must say each parameter's type where PostgreSQL
    could not tell it, as in `%(by)s::int`. Raises what a Django cursor raises."""
    connection = connections[PRIMARY]
    if any(wrapper is not tracing.statement for wrapper in connection.execute_wrappers):
        # Somebody is known to act: the audit trail writes a statement of its own before each.
        with connection.cursor() as cursor:
            cursor.execute(statement, dict(parameters))
            return cursor.fetchall()
    connection.ensure_connection()
    wrap = connection.make_debug_cursor if connection.queries_logged else connection.make_cursor
    with wrap(cast("Any", _Prepared(connection.connection))) as cursor:
        cursor.execute(statement, parameters)
        return cursor.fetchall()
