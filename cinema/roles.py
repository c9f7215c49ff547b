"""What the people of a cinema may do: a group for each job.

A migration makes the groups. From then on they are the cinema's own: an administrator changes them
in the admin, and neither an update nor a second run takes that back. So a role that changes here
reaches existing cinemas by a migration of its own.
"""

from collections.abc import Iterable

from django.contrib.auth.models import Group, Permission
from django.db.models import Q
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

VERBS = {
    "add": pgettext_lazy("right", "add"),
    "change": pgettext_lazy("right", "change"),
    "delete": pgettext_lazy("right", "delete"),
    "view": pgettext_lazy("right", "view"),
}
PROGRAMME = ("movie", "movietranslation", "hall", "seat", "seatcategory", "seance")


def _any(verbs: Iterable[str], app: str, *models: str) -> list[str]:
    return [f"{app}.{verb}_{model}" for model in models for verb in verbs]


ROLES: dict[str, list[str]] = {
    "manager": [
        *_any(VERBS, "movies", *PROGRAMME),
        *_any(("view",), "bookings", "booking", "ticket", "notice", "payment"),
        "bookings.add_booking",
        "bookings.change_booking",
        "bookings.check_in_ticket",
        "bookings.view_report",
        "bookings.block_seats",
        *_any(("add", "change", "view"), "auth", "user"),
        "auth.view_group",
        "cinema.view_change",
    ],
    "scheduler": [
        *_any(VERBS, "movies", *PROGRAMME),
        "bookings.block_seats",
    ],
    "box office": [
        *_any(("view",), "movies", "movie", "hall", "seat", "seatcategory", "seance"),
        *_any(("view",), "bookings", "booking", "ticket"),
        "bookings.add_booking",
        "bookings.change_booking",
        "bookings.check_in_ticket",
    ],
    "door": [
        "bookings.check_in_ticket",
    ],
    # No bookings: whoever sees a booking's number may do what its buyer may, cancel it for one.
    "read-only": [
        *_any(("view",), "movies", *PROGRAMME),
        "bookings.view_report",
    ],
}

_NAMES = {
    "manager": pgettext_lazy("role", "manager"),
    "scheduler": pgettext_lazy("role", "scheduler"),
    "box office": pgettext_lazy("role", "box office"),
    "door": pgettext_lazy("role", "door"),
    "read-only": pgettext_lazy("role", "read-only"),
}


def make_roles(using: str = "default") -> None:
    """Makes the groups that are missing; a group that exists stays as it is.

    Raises LookupError when a role names a permission that there isn't.
    """
    for name, permissions in ROLES.items():
        group, is_new = Group.objects.using(using).get_or_create(name=name)
        if is_new:
            group.permissions.set(_find(permissions, using))


def role_name(group: Group) -> str:
    """As people read it, in their language; groups of the cinema's own making as they are."""
    return str(_NAMES.get(group.name, group.name))


def permission_name(permission: Permission) -> str:
    """`Films: add`; what a model has besides the usual four as its own name says it."""
    verb, _underscore, model_name = permission.codename.partition("_")
    model = permission.content_type.model_class()
    if model is None or model._meta.model_name != model_name or verb not in VERBS:
        return _(permission.name)
    return f"{capfirst(str(model._meta.verbose_name_plural))}: {VERBS[verb]}"


def _find(names: list[str], using: str) -> list[Permission]:
    wanted = Q()
    for name in names:
        app, codename = name.split(".")
        wanted |= Q(content_type__app_label=app, codename=codename)
    found = list(Permission.objects.using(using).filter(wanted))
    if len(found) != len(names):
        raise LookupError(f"not all of these permissions exist: {', '.join(names)}")
    return found
