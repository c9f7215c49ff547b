"""What the trail is about: which objects have one, and what their rows and columns are called."""

from typing import Any

from django.apps import apps
from django.contrib.auth.models import Group, Permission
from django.db.models import DateTimeField, Field, Model, QuerySet
from django.utils.dateparse import parse_datetime
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cinema.audit.models import Change
from cinema.roles import permission_name, role_name

KINDS = (
    "movies.movie",
    "movies.hall",
    "movies.seatcategory",
    "movies.seance",
    "bookings.booking",
    "auth.user",
    "auth.group",
)
# Parts that have a page of their own, too: of which kind, by which column, as what.
_PARTS = {
    "movies.seat": ("movies.hall", "hall_id", "seats"),
    "bookings.ticket": ("bookings.booking", "booking_id", "tickets"),
}
# Parts of an account, which the packages that keep them name for programmers only.
_PART_NAMES = {
    "totpdevice": gettext_lazy("Code from the app"),
    "staticdevice": gettext_lazy("Recovery codes"),
    "auth_token_set": gettext_lazy("API tokens"),
}
_COLUMN_NAMES = {
    "confirmed": gettext_lazy("switched on"),
    "key": gettext_lazy("key"),
    "created": gettext_lazy("issued"),
    "expiry": gettext_lazy("valid until"),
}


def kind_name(kind: str) -> str:
    return capfirst(str(apps.get_model(kind)._meta.verbose_name))


def changes_of(obj: Model) -> QuerySet[Change]:
    """Everything that was done to an object and to its parts."""
    label = obj._meta.label_lower
    if label not in _PARTS:
        return Change.objects.filter(kind=label, object_id=str(obj.pk))
    kind, column, part = _PARTS[label]
    of_whole = Change.objects.filter(kind=kind, object_id=str(getattr(obj, column)), part=part)
    return of_whole.filter(about__id=obj.pk)


def model_of(change: Change) -> type[Model]:
    """Whose row it is: the object's, its part's, or the link's between an object and its part."""
    whole = apps.get_model(change.kind)
    if not change.part:
        return whole
    relation: Any = whole._meta.get_field(change.part)
    if relation.many_to_many:
        return relation.remote_field.through
    return relation.related_model


def part_name(change: Change) -> str:
    """`Seats`, `Groups`."""
    if change.part in _PART_NAMES:
        return str(_PART_NAMES[change.part])
    relation: Any = apps.get_model(change.kind)._meta.get_field(change.part)
    if relation.many_to_many:
        return capfirst(str(relation.verbose_name))
    return capfirst(str(relation.related_model._meta.verbose_name_plural))


def columns_of(change: Change) -> dict[str, Field]:
    """Fields by the name of their column, without those that only say whose row it is."""
    model = model_of(change)
    whole = apps.get_model(change.kind)
    return {
        str(field.column): field
        for field in model._meta.concrete_fields
        if not field.primary_key and not (change.part and field.related_model is whole)
    }


def column_name(change: Change, field: Field) -> str:
    known = _COLUMN_NAMES.get(str(field.column)) if change.part in _PART_NAMES else None
    return capfirst(str(known or field.verbose_name))


def name_of(obj: Model) -> str:
    if isinstance(obj, Group):
        return role_name(obj)
    if isinstance(obj, Permission):
        return permission_name(obj)
    return _short(obj.pk) if obj._meta.label_lower == "bookings.booking" else str(obj)


def name_then(change: Change, names: Any) -> str:
    """What is known of a row that is gone, or that has no name of its own; "" is nothing."""
    about = change.about
    if change.kind == "movies.seance" and not change.part:
        starts = moment_then(about["starts_at"])
        movie = names.of("movies.movie", about["movie_id"])
        return f"{movie}, {names.of('movies.hall', about['hall_id'])}, {starts}"
    if change.part == "seats":
        return _("row %(row)s, seat %(number)s") % about
    if change.part == "tickets":
        return str(about["code"])
    if change.kind == "bookings.booking":
        return _short(change.object_id)
    for column, field in columns_of(change).items():
        if column in about:
            value = about[column]
            if isinstance(field, DateTimeField):
                return moment_then(value)
            related: Any = field.related_model
            return names.of(related._meta.label_lower, value) if related else str(value)
    return ""


def moment_then(recorded: str) -> str:
    return str(date_format(localtime(parse_datetime(recorded)), "SHORT_DATETIME_FORMAT"))


def _short(booking: object) -> str:
    return str(booking)[:8]
