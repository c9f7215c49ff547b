"""Makes the ORM follow `reading`: the aliases are one database, written through one of them."""

from typing import Any

from django.db.models import Model

from cinema.databases import PRIMARY
from cinema.replication.reading import only_reads, read_alias


class WriteInReadRequest(RuntimeError):
    """A handler marked `from_replica` tried to write: a mistake in the code."""


class ReplicaRouter:
    def db_for_read(self, model: type[Model], **hints: Any) -> str:
        return read_alias()

    def db_for_write(self, model: type[Model], **hints: Any) -> str:
        # Also where there is no replica to read: the mistake should show on every machine.
        if only_reads():
            raise WriteInReadRequest(f"{model.__name__} was written by a handler that only reads")
        return PRIMARY

    def allow_relation(self, first: Model, second: Model, **hints: Any) -> bool:
        return True

    def allow_migrate(self, db: str, app_label: str, **hints: Any) -> bool:
        return db == PRIMARY
