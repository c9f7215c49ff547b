"""What the trail is about: which objects have one, and what their rows and columns are called."""

from typing import Any

from django.apps import apps
from django.contrib.auth.models import Group, Permission
from django.db.models import Field, Model, QuerySet
from django.utils.dateparse import parse_datetime
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

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


def name_of(obj: Model) -> str:
    if isinstance(obj, Group):
        return role_name(obj)
    if isinstance(obj, Permission):
        return permission_name(obj)
    if obj._meta.label_lower == "bookings.booking":
        return str(obj.pk)[:8]
    return str(obj)


def name_then(change: Change, names: Any) -> str:
    """What is known of a row that is gone, or that has no name of its own."""
    about = change.about
    if change.kind == "movies.seance" and not change.part:
        starts = date_format(localtime(parse_datetime(about["starts_at"])), "SHORT_DATETIME_FORMAT")
        movie = names.of("movies.movie", about["movie_id"])
        return f"{movie}, {names.of('movies.hall', about['hall_id'])}, {starts}"
    if change.part == "seats":
        return _("row %(row)s, seat %(number)s") % about
    if change.part == "tickets":
        return str(about["code"])
    for column, field in columns_of(change).items():
        if column in about:
            value = about[column]
            related: Any = field.related_model
            return names.of(related._meta.label_lower, value) if related else str(value)
    return change.object_id
