"""Accounts of staff, and the roles they have.

Nobody hands out, or takes over, more than they may do themselves: an account with a right that its
visitor lacks can only be looked at.
"""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.auth.admin import GroupAdmin, UserAdmin
from django.contrib.auth.forms import UserCreationForm
from django.contrib.auth.models import Group, Permission, User
from django.db.models import Exists, Model, OuterRef, Q, QuerySet
from django.http import HttpRequest
from django.utils.html import format_html_join
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bookings.models import Booking, Ticket
from cinema.admin import ListingAdmin, RefusingAdmin
from cinema.roles import permission_name, role_name
from movies.refusals import InUse

admin.site.unregister(User)
admin.site.unregister(Group)


class RolesField(forms.ModelMultipleChoiceField):
    widget = forms.CheckboxSelectMultiple

    def label_from_instance(self, obj: Group) -> str:
        return role_name(obj)


class RoleFilter(admin.SimpleListFilter):
    title = gettext_lazy("role")
    parameter_name = "role"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[Any, Any]]:
        return [(str(group.pk), role_name(group)) for group in Group.objects.order_by("name")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[User]) -> QuerySet[User]:
        value = self.value() or ""
        is_key = value.isdecimal() and len(value) < 10
        return queryset.filter(groups=int(value)) if is_key else queryset


@admin.register(User)
class AccountAdmin(RefusingAdmin, UserAdmin):
    list_display = ["username", "full_name", "roles", "is_active", "last_login"]
    list_filter = ["is_active", RoleFilter]
    filter_horizontal = ["user_permissions"]
    add_form = UserCreationForm
    add_form_template = None
    readonly_fields = ["roles", "last_login", "date_joined"]
    add_fieldsets = (
        (None, {"fields": ["username", "first_name", "last_name", "email"]}),
        (gettext_lazy("Password"), {"fields": ["password1", "password2"]}),
        (gettext_lazy("Roles"), {"fields": ["groups"]}),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        return super().get_queryset(request).prefetch_related("groups")

    @admin.display(description=gettext_lazy("full name"), ordering="last_name")
    def full_name(self, user: User) -> str:
        return user.get_full_name()

    @admin.display(description=gettext_lazy("roles"))
    def roles(self, user: User) -> str:
        if user.is_superuser:
            return _("everything")
        return ", ".join(sorted(role_name(group) for group in user.groups.all()))

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_change_permission(request, obj) and not _is_above(obj, request.user)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_delete_permission(request, obj) and not _is_above(obj, request.user)

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        if obj is None:
            return self.add_fieldsets
        name, rights = ["username", "first_name", "last_name", "email"], ["is_active", "is_staff"]
        if not self.has_change_permission(request, obj):
            rights.append("roles")
        elif _may_everything(request.user):
            name.insert(1, "password")
            rights += ["is_superuser", "groups", "user_permissions"]
        else:
            name.insert(1, "password")
            rights.append("groups")
        return [
            (None, {"fields": name}),
            (gettext_lazy("Permissions"), {"fields": rights}),
            (gettext_lazy("Important dates"), {"fields": ["last_login", "date_joined"]}),
        ]

    def formfield_for_manytomany(self, db_field: Any, request: Any, **kwargs: Any) -> Any:
        if db_field.name == "groups":
            return RolesField(
                Group.objects.filter(_within_rights_of(request.user)).order_by("name"),
                label=gettext_lazy("Roles"),
                required=False,
            )
        return super().formfield_for_manytomany(db_field, request, **kwargs)

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        if not change:
            obj.is_staff = True  # buyers have no accounts
        super().save_model(request, obj, form, change)

    def get_deleted_objects(
        self, objs: Iterable[Any], request: HttpRequest
    ) -> tuple[list[Any], dict[Any, Any], set[Any], list[Any]]:
        objs = list(objs)
        found, counts, forbidden, refusals = super().get_deleted_objects(objs, request)
        if not all(self.has_delete_permission(request, account) for account in objs):
            forbidden.add(self.opts.verbose_name)
        return found, counts, forbidden, refusals

    def remove(self, obj: User) -> None:
        """Asked before Django would read every booking that the account has sold."""
        if Booking.objects.filter(sold_by=obj.pk).exists():
            raise InUse(
                str(obj),
                _("tickets were sold by this account. Take away “Active” instead, which locks it"),
            )
        cancelled = Booking.objects.filter(cancelled_by=obj.pk)
        tickets = Ticket.objects.filter(Q(checked_in_by=obj.pk) | Q(exchanged_by=obj.pk))
        if cancelled.exists() or tickets.exists():
            raise InUse(
                str(obj),
                _(
                    "this account cancelled or moved bookings or let visitors in. Take away "
                    "“Active” instead, which locks it"
                ),
            )
        User.objects.get(pk=obj.pk).delete()


@admin.register(Group)
class RoleAdmin(ListingAdmin, GroupAdmin):
    """Whoever could change a role could give themselves everything."""

    list_display = ["role"]
    search_fields = ["name"]
    readonly_fields = ["rights"]

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return ["name", "permissions" if _may_everything(request.user) else "rights"]

    @admin.display(description=gettext_lazy("role"), ordering="name")
    def role(self, group: Group) -> str:
        return role_name(group)

    @admin.display(description=gettext_lazy("rights"))
    def rights(self, group: Group) -> str:
        names = map(permission_name, group.permissions.select_related("content_type"))
        return format_html_join("", "<div>{}</div>", ([name] for name in sorted(names)))

    def has_add_permission(self, request: HttpRequest) -> bool:
        return super().has_add_permission(request) and _may_everything(request.user)

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return super().has_change_permission(request, obj) and _may_everything(request.user)

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return super().has_delete_permission(request, obj) and _may_everything(request.user)


def _may_everything(user: Any) -> bool:
    return bool(user.is_superuser)


def _is_above(account: User | None, visitor: Any) -> bool:
    """Whether the account may do something that the visitor may not."""
    if account is None or _may_everything(visitor):
        return False
    beyond = _rights_of(account).exclude(pk__in=_rights_of(visitor).values("pk"))
    return account.is_superuser or beyond.exists()


def _within_rights_of(visitor: Any) -> Q:
    """The groups that may nothing which the visitor may not."""
    if _may_everything(visitor):
        return Q()
    given = Group.permissions.through._default_manager.filter(group=OuterRef("pk"))
    return ~Q(Exists(given.exclude(permission__in=_rights_of(visitor).values("pk"))))


def _rights_of(user: User) -> QuerySet[Permission]:
    return Permission.objects.filter(Q(group__user=user) | Q(user=user)).order_by()
