"""A connection from the pool is looked at before it is used, without asking the server.

Django's CONN_HEALTH_CHECKS asks with a statement, and so takes a tenth of a sale's time. Nothing is
ever to come on a connection that rests: if something has, it is the server's farewell (or news that
nobody here waits for), and another connection is taken. A server that has gone without one is found
by the first statement, as it was by Django's.
"""

import select
from typing import Any

from django.db.backends.postgresql import base


class DatabaseWrapper(base.DatabaseWrapper):
    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        """Raises psycopg.OperationalError, as PoolTimeout, when the pool has none in time."""
        connection = super().get_new_connection(conn_params)
        while self.pool and _something_came(connection):
            connection.close()
            self.pool.putconn(connection)
            connection = super().get_new_connection(conn_params)
        return connection


def _something_came(connection: Any) -> bool:
    if connection.closed:
        return True
    looking = select.poll()
    looking.register(connection.fileno(), select.POLLIN)
    return bool(looking.poll(0))
