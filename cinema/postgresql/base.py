"""A connection from the pool is looked at before it is used, without asking the server.

Django's CONN_HEALTH_CHECKS asks each time with a statement, and so takes a tenth of a sale's time.
Nothing is ever to come on a connection that rests: if something has, it is the server's farewell
(or news that nobody here waits for), and another connection is taken. One that has rested for a
while is asked as well: its server may have gone without a farewell.
"""

import select
import time
from typing import Any

from django.db.backends.postgresql import base
from psycopg import Error
from psycopg_pool import ConnectionPool

TRUSTED_SECONDS = 1.0


class DatabaseWrapper(base.DatabaseWrapper):
    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        """Raises psycopg.OperationalError, as PoolTimeout, when the pool has none in time."""
        connection = super().get_new_connection(conn_params)
        if pool := self.pool:
            for _resting in range(pool.max_size):
                if _is_there(connection):
                    break
                connection.close()
                pool.putconn(connection)
                connection = super().get_new_connection(conn_params)
            connection.taken_at = time.monotonic()
        return connection


def _is_there(connection: Any) -> bool:
    if connection.closed or _something_came(connection):
        return False
    taken_at = getattr(connection, "taken_at", None)  # none if it is new
    if taken_at is None or time.monotonic() - taken_at < TRUSTED_SECONDS:
        return True
    try:
        ConnectionPool.check_connection(connection)
    except Error:
        return False
    return True


def _something_came(connection: Any) -> bool:
    looking = select.poll()
    looking.register(connection.fileno(), select.POLLIN)
    return bool(looking.poll(0))
