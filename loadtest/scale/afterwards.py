"""Indexes and constraints that are made once all rows are there: in a fraction of the time.

They are taken away and put back in one transaction, in the database's own words. So every row is
checked as if it had been sold one by one, and a run that is broken off has changed nothing.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from django.db import connection, transaction
from psycopg.sql import SQL, Identifier

Made = tuple[str, str, str]
"""A table, and the name and definition of something of it."""

# Foreign keys go first and come back last: they need the keys of others.
_CONSTRAINTS = """
SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint
WHERE conrelid = ANY(%s::regclass[]) AND contype IN ('f', 'u', 'p')
ORDER BY contype <> 'f', conname
"""
_INDEXES = """
SELECT indrelid::regclass::text, indexrelid::regclass::text, pg_get_indexdef(indexrelid)
FROM pg_index
WHERE indrelid = ANY(%s::regclass[])
  AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = indexrelid AND contype <> 'f')
ORDER BY 2
"""
# A table with checks that wait for the commit can't be altered.
_SETTLED = "SET CONSTRAINTS ALL IMMEDIATE"
_ROOM = "SET LOCAL maintenance_work_mem = '1GB'; SET LOCAL work_mem = '128MB'"


@contextmanager
def checked_afterwards(tables: Sequence[str]) -> Iterator[None]:
    """Nothing may refer to these tables but they themselves. Raises IntegrityError at the end when
    a row breaks a rule."""
    with transaction.atomic():
        _run(_SETTLED)
        _run(_ROOM)
        constraints = _ask(_CONSTRAINTS, tables)
        indexes = _ask(_INDEXES, tables)
        for table, name, _definition in constraints:
            _alter(table, "DROP CONSTRAINT", name)
        for _table, name, _definition in indexes:
            _run(SQL("DROP INDEX {}").format(Identifier(name)).as_string())
        yield
        _run(_SETTLED)
        for _table, _name, definition in indexes:
            _run(definition)
        for table, name, definition in reversed(constraints):
            _alter(table, "ADD CONSTRAINT", name, definition)


def _alter(table: str, what: str, name: str, definition: str = "") -> None:
    quoted = [Identifier(one).as_string() for one in (table, name)]
    _run(f"ALTER TABLE {quoted[0]} {what} {quoted[1]} {definition}")


def _ask(question: str, tables: Sequence[str]) -> list[Made]:
    with connection.cursor() as cursor:
        cursor.execute(question, [list(tables)])
        return cursor.fetchall()


def _run(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)
