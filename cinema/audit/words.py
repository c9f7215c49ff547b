"""Changes in words: who did what to which object, and which fields, from what, to what."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db.models import BooleanField, DateTimeField, DecimalField, Field
from django.utils.formats import number_format
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from cinema.audit import subjects
from cinema.audit.models import Action, Change
from cinema.audit.names import Names

LONGEST_VALUE = 200
_NOTHING = "—"


@dataclass(frozen=True, slots=True)
class Difference:
    """`before` is None where there was nothing to have a value, `after` likewise."""

    label: str
    before: str | None
    after: str | None


@dataclass(frozen=True, slots=True)
class Entry:
    """Something done to one object or, alike, to several of its parts."""

    at: datetime
    who: str
    action: str
    verb: str
    kind: str
    kind_name: str
    object_id: str
    name: str
    exists: bool
    source: str = ""
    part_name: str = ""
    parts: list[str] = field(default_factory=list)
    differences: list[Difference] = field(default_factory=list)


def in_words(changes: Sequence[Change]) -> list[Entry]:
    names = Names(changes)
    return [_entry(list(alike), names) for _likeness, alike in groupby(changes, _like)]


def _like(change: Change) -> tuple[Any, ...]:
    """Equal for parts of one object to which the same was done at once."""
    if not change.part:
        return (change.pk,)
    whose = (change.at, change.context_id, change.kind, change.object_id, change.part)
    same = repr((change.before, change.after)) if change.action == Action.UPDATE else ""
    return (*whose, change.action, same)


def _entry(alike: list[Change], names: Names) -> Entry:
    change = alike[0]
    parts = [subjects.name_then(part, names) for part in alike] if change.part else []
    is_link = bool(change.part) and subjects.model_of(change)._meta.auto_created
    shown = len(alike) == 1 or change.action == Action.UPDATE
    return Entry(
        at=change.at,
        who=_who(change),
        action=change.action,
        verb=str(Action(change.action).label),
        kind=change.kind,
        kind_name=subjects.kind_name(change.kind),
        object_id=change.object_id,
        name=names.of(change.kind, change.object_id),
        exists=names.exists(change.kind, change.object_id),
        source=_source(change),
        part_name=subjects.part_name(change) if change.part else "",
        parts=sorted(filter(None, parts)),
        differences=_differences(change, names) if shown and not is_link else [],
    )


def _who(change: Change) -> str:
    acting = change.context or {}
    if "login" in acting:  # whoever it was, is known only afterwards
        return _("at logging in")
    if "username" in acting:
        return str(acting["username"])
    if "command" in acting:
        return _("command %(name)s") % {"name": acting["command"]}
    return _("nobody signed in")


def _source(change: Change) -> str:
    file_name = (change.context or {}).get("file")
    return _("Imported from the file “%(name)s”.") % {"name": file_name} if file_name else ""


def _differences(change: Change, names: Names) -> list[Difference]:
    found = []
    for column, model_field in subjects.columns_of(change).items():
        if column not in change.before and column not in change.after:
            continue
        before, after = (
            _value(model_field, values[column], names) if column in values else None
            for values in (change.before, change.after)
        )
        # Recorded because it differs, and yet the same: a secret, whose value is not kept.
        if change.before.get(column, ...) == change.after.get(column, ...):
            before, after = None, _("another one")
        if {before, after} - {None, _NOTHING}:
            found.append(Difference(subjects.column_name(change, model_field), before, after))
    return found


def _value(model_field: Field, value: Any, names: Names) -> str:
    related: Any = model_field.related_model
    if value in (None, "", []):
        return _NOTHING
    if related:
        return names.of(related._meta.label_lower, value)
    if isinstance(model_field, ArrayField):
        return ", ".join(_value(model_field.base_field, each, names) for each in value)
    if model_field.choices:
        return str(dict(model_field.flatchoices).get(value, value))
    if isinstance(model_field, BooleanField):
        return _("yes") if value else _("no")
    if isinstance(model_field, DecimalField):
        return str(number_format(value, model_field.decimal_places, force_grouping=True))
    if isinstance(model_field, DateTimeField):
        return subjects.moment_then(value)
    return Truncator(str(value)).chars(LONGEST_VALUE)
