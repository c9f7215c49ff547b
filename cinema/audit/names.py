"""What ids are called, looked up for a whole page of changes at once: a query for each kind."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from django.apps import apps

from cinema.audit import subjects
from cinema.audit.models import Action, Change

_NEEDED = {"movies.seance": ("movie", "hall"), "auth.permission": ("content_type",)}


class Names:
    def __init__(self, changes: Sequence[Change]) -> None:
        self._names: dict[tuple[str, str], str] = {}
        self._gone: dict[tuple[str, str], Change] = {}
        self._look_up((change.kind, change.object_id) for change in changes)
        self._look_for_deleted(changes)
        referred = [*changes, *self._gone.values()]
        self._look_up(pair for change in referred for pair in _referred(change))

    def of(self, kind: str, key: Any) -> str:
        """The name that an object has now or, when it is gone, had at last."""
        pair = (kind, str(key))
        if pair in self._names:
            return self._names[pair]
        if pair in self._gone:
            return subjects.name_then(self._gone[pair], self)
        return f"№ {key}"

    def exists(self, kind: str, key: str) -> bool:
        return (kind, key) in self._names

    def _look_up(self, pairs: Any) -> None:
        wanted: dict[str, set[str]] = defaultdict(set)
        for kind, key in pairs:
            if (kind, key) not in self._names:
                wanted[kind].add(key)
        for kind, keys in wanted.items():
            objects: Any = apps.get_model(kind)._base_manager.all()
            if kind in _NEEDED:
                objects = objects.select_related(*_NEEDED[kind])
            for obj in objects.filter(pk__in=keys):
                self._names[kind, str(obj.pk)] = subjects.name_of(obj)

    def _look_for_deleted(self, changes: Sequence[Change]) -> None:
        missing = {(change.kind, change.object_id) for change in changes} - self._names.keys()
        if missing:
            kinds, keys = zip(*missing, strict=True)
            deletions = Change.objects.filter(
                kind__in=set(kinds), object_id__in=set(keys), part="", action=Action.DELETE
            )
            self._gone = {(deleted.kind, deleted.object_id): deleted for deleted in deletions}


def _referred(change: Change) -> set[tuple[str, str]]:
    """What the row's foreign keys point to."""
    pairs = set()
    for column, field in subjects.columns_of(change).items():
        related: Any = field.related_model
        if related is None:
            continue
        for values in (change.about, change.before, change.after):
            if values.get(column) is not None:
                pairs.add((related._meta.label_lower, str(values[column])))
    return pairs
