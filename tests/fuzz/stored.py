"""Whether anything that a cinema has stored was changed."""

from django.apps import apps
from django.db import connection

# Refusals are kept with their keys, a session begins and ends with whoever looks, and failed
# logins are counted: that is what these are for.
OF_ASKING = frozenset(
    {
        "bookings_idempotencykey",
        "django_session",
        "axes_accessattempt",
        "axes_accessattemptexpiration",
        "axes_accessfailurelog",
        "axes_accesslog",
    }
)


class Stored:
    """`Stored()` remembers what there is; `changes()` names the tables that differ from that, and
    remembers anew."""

    def __init__(self) -> None:
        self._position = ""
        self._tables: dict[str, str] = {}
        self.changes()

    def changes(self) -> list[str]:
        # Nothing is stored without being written to the log; most requests write nothing.
        position = _position()
        if position == self._position:
            return []
        before, self._tables, self._position = self._tables, _tables(), position
        return sorted(name for name in self._tables if self._tables[name] != before.get(name))


def _position() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_current_wal_insert_lsn()::text")
        return str(cursor.fetchone()[0])


def _tables() -> dict[str, str]:
    """A digest of every row of every table."""
    models = apps.get_models(include_auto_created=True)
    names = {model._meta.db_table for model in models if model._meta.managed} - OF_ASKING
    rows = " UNION ALL ".join(
        f"""SELECT '{name}', md5(coalesce(string_agg(t::text, '' ORDER BY t::text), ''))
            FROM "{name}" t"""
        for name in sorted(names)
    )
    with connection.cursor() as cursor:
        cursor.execute(rows)
        return dict(cursor.fetchall())
